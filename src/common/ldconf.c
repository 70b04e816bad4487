// SPDX-License-Identifier: GPL-2.0-or-later
#include "ldconf.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"

enum { INCLUDE_DEPTH = 8 };

int directories_add(struct directories *directories, const char *path, size_t length)
{
	char **paths, *copy;

	if (!length || *path != '/')
		return 0;
	copy = strndup(path, length);
	paths = reallocarray(directories->paths, directories->count + 2, sizeof(*paths));
	if (paths)
		directories->paths = paths;
	if (!paths || !copy) {
		free(copy);
		return -ENOMEM;
	}
	paths[directories->count++] = copy;
	paths[directories->count] = NULL;
	return 0;
}

int directories_add_list(struct directories *directories, const char *list, const char *separators)
{
	int result = 0;

	while (*list && result == 0) {
		size_t length = strcspn(list, separators);

		result = directories_add(directories, list, length);
		list += length;
		list += strspn(list, separators);
	}
	return result;
}

void directories_release(struct directories *directories)
{
	for (size_t i = 0; i < directories->count; i++)
		free(directories->paths[i]);
	free(directories->paths);
	*directories = (struct directories){};
}

struct reading {
	const char *root;	/* before all paths, "" for the system's own */
	struct directories *directories;
	int depth;
};

static int read_file(const struct reading *reading, const char *path);

/* A relative pattern counts from the directory of the file that it stands in. */
static int include(const struct reading *reading, const char *pattern, const char *from)
{
	const struct reading inner = { reading->root, reading->directories, reading->depth + 1 };
	char base[PATH_MAX], full[PATH_MAX * 2];
	glob_t found = {};
	int result = 0;

	if (snprintf(base, sizeof(base), "%s", from) >= (int)sizeof(base) || inner.depth > INCLUDE_DEPTH)
		return 0;
	if (snprintf(full, sizeof(full), "%s%s%s", *pattern == '/' ? reading->root : dirname(base),
		*pattern == '/' ? "" : "/", pattern) >= (int)sizeof(full))
		return 0;
	if (glob(full, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && result == 0; i++)
			result = read_file(&inner, found.gl_pathv[i]);
	globfree(&found);
	return result;
}

static int read_line(const struct reading *reading, char *line, const char *path)
{
	line[strcspn(line, "#\n")] = '\0';
	line += strspn(line, " \t");
	if (!strncmp(line, "include", 7) && (line[7] == ' ' || line[7] == '\t')) {
		char *save, *pattern = strtok_r(line + 7, " \t", &save);
		int result = 0;

		for (; pattern && result == 0; pattern = strtok_r(NULL, " \t", &save))
			result = include(reading, pattern, path);
		return result;
	}
	return directories_add_list(reading->directories, line, " \t,:");
}

/* NULL when there is no such file; what is no file could keep us waiting for ever. */
static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	FILE *file = NULL;
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		file = fdopen(fd, "r");
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

static int read_file(const struct reading *reading, const char *path)
{
	_cleanup_fclose_ FILE *file = open_file(path);
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int result = 0;

	while (file && result == 0 && getline(&line, &size, file) >= 0)
		result = read_line(reading, line, path);
	return result;
}

int ldconf_read_below(const char *root, const char *path, struct directories *directories)
{
	const struct reading reading = { .root = root, .directories = directories };
	_cleanup_free_ char *full = NULL;

	if (asprintf(&full, "%s%s", root, path) < 0)
		return -ENOMEM;
	return read_file(&reading, full);
}

int ldconf_read(const char *path, struct directories *directories)
{
	return ldconf_read_below("", path, directories);
}
