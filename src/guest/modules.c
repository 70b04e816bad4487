// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"

enum { COMMAND_LINE_LIMIT = 1 << 16 };

/* To be freed by the caller */
static char *read_command_line(void)
{
	_cleanup_close_ int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char *line = NULL;
	size_t size;

	return fd >= 0 && file_read_all(fd, COMMAND_LINE_LIMIT, &line, &size) >= 0 ? line : NULL;
}

static int is_module(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".ko");
}

/* "force=1 more=2" of the words "kml.force=1 kml.more=2"; to be freed by the caller */
static char *parameters(char *command_line, const char *name, size_t length)
{
	char *result = calloc(1, strlen(command_line) + 1), *rest = NULL;

	if (!result)
		return NULL;
	for (char *word = strtok_r(command_line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		if (!strncmp(word, name, length) && word[length] == '.') {
			strcat(result, word + length + 1);
			strcat(result, " ");
		}
	return result;
}

static int load(const char *file)
{
	_cleanup_free_ char *command_line = read_command_line(), *words = NULL;
	const char *name = strchr(file, '-');
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	name = name ? name + 1 : file;
	snprintf(path, sizeof(path), MODULES_DIRECTORY "/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (!command_line)
		return EIO;
	words = parameters(command_line, name, strcspn(name, "."));
	if (!words)
		return ENOMEM;
	return syscall(SYS_finit_module, fd, words, 0) < 0 ? errno : 0;
}

/* "sysctl.kernel.kml.directory=/opt": the kernel could not, as there was no such setting yet */
static void set(char *word)
{
	char path[PATH_MAX], *value = strchr(word, '=');
	_cleanup_close_ int fd = -1;

	if (!value || strncmp(word, "sysctl.", 7))
		return;
	*value++ = '\0';
	for (char *dot = word; (dot = strchr(dot, '.'));)
		*dot = '/';
	snprintf(path, sizeof(path), "/proc/sys/%s", word + 7);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fprintf(stderr, "kml-init: %s: %m\n", path);
}

static void set_what_is_there_now(void)
{
	_cleanup_free_ char *command_line = read_command_line();
	char *rest = NULL;

	if (!command_line)
		return;
	for (char *word = strtok_r(command_line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		set(word);
}

int modules_load(char ret_failed[NAME_MAX + 1])
{
	struct dirent **files;
	int error = 0, count = scandir(MODULES_DIRECTORY, &files, is_module, alphasort);

	for (int i = 0; i < count; i++) {
		if (!error) {
			error = load(files[i]->d_name);
			snprintf(ret_failed, NAME_MAX + 1, "%s", files[i]->d_name);
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	if (count > 0 && !error)
		set_what_is_there_now();
	return error;
}
