// SPDX-License-Identifier: GPL-2.0-or-later
#include "command.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* Process group of what runs now, 0 if nothing does; a signal handler reads it. */
static volatile sig_atomic_t running;

void command_stop(void)
{
	if (running)
		(void)kill(-(pid_t)running, SIGTERM);
}

void command_add(struct command *command, const char *word)
{
	const char **bigger = word ? realloc(command->words, (command->count + 2) * sizeof(*bigger)) : NULL;

	if (!bigger) {
		command->failed = true;
		return;
	}
	command->words = bigger;
	bigger[command->count++] = word;
	bigger[command->count] = NULL;
}

void command_add_split(struct command *command, const char *words, char **storage)
{
	char *rest = NULL, *word;

	*storage = strdup(words);
	if (!*storage) {
		command->failed = true;
		return;
	}
	for (word = strtok_r(*storage, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest))
		command_add(command, word);
}

static void show(const struct command *command)
{
	for (size_t i = 0; i < command->count; i++)
		fprintf(stderr, "%s%s", i ? " " : "+ ", command->words[i]);
	fputc('\n', stderr);
}

/* The environment with LC_ALL=C; the strings stay the environment's own. */
static const char **english_environment(void)
{
	const char **list;
	size_t count = 0, kept = 0;

	while (environ[count])
		count++;
	list = malloc((count + 2) * sizeof(*list));
	if (!list)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "LC_ALL=", 7) != 0 && strncmp(environ[i], "LANGUAGE=", 9) != 0)
			list[kept++] = environ[i];
	list[kept++] = "LC_ALL=C";
	list[kept] = NULL;
	return list;
}

static char *read_all(int fd)
{
	_cleanup_free_ char *text = NULL;
	size_t used = 0, room = 0;
	ssize_t got;

	do {
		if (room - used < 2) {
			char *bigger = realloc(text, room = room ? room * 2 : 4096);

			if (!bigger)
				return NULL;
			text = bigger;
		}
		do
			got = read(fd, text + used, room - used - 1);
		while (got < 0 && errno == EINTR);
		used += got > 0 ? got : 0;
	} while (got > 0);
	text[used] = '\0';
	return take_ptr(text);
}

static int wait_for(pid_t child, const char *name, struct kml_err *err)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, "%s: cannot wait for it", name);
	running = 0;
	if (WIFSIGNALED(status))
		return err_set(err, EIO, "%s: died of signal %d (%s)", name, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status);
}

int command_run(const struct command *command, bool verbose, char **ret_output, struct kml_err *err)
{
	_cleanup_close_ int read_end = -1, write_end = -1;
	_cleanup_free_ const char **environment = english_environment();
	_cleanup_free_ char *output = NULL;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, before;
	int ends[2], result;
	pid_t child;

	if (command->failed || !command->count || !environment)
		return err_set(err, ENOMEM, "out of memory, or no compiler was given");
	if (verbose)
		show(command);
	if (ret_output) {
		if (pipe2(ends, O_CLOEXEC) < 0)
			return err_errno(err, "cannot make a pipe");
		read_end = ends[0];
		write_end = ends[1];
	}
	/* A group of its own: the driver's children can be stopped with it. */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attributes, 0);
	/* A signal that comes now has to find it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	posix_spawnattr_setsigmask(&attributes, &before);
	posix_spawn_file_actions_init(&actions);
	if (ret_output)
		posix_spawn_file_actions_adddup2(&actions, write_end, 2);
	result = posix_spawnp(&child, command->words[0], &actions, &attributes, (char **)command->words,
		(char **)environment);
	if (result == 0)
		running = child;
	sigprocmask(SIG_SETMASK, &before, NULL);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (result != 0)
		return err_set(err, result, "%s: cannot be run: %s", command->words[0], strerror(result));
	if (ret_output) {
		close(take_fd(&write_end));
		output = read_all(read_end);
	}
	result = wait_for(child, command->words[0], err);
	if (result >= 0 && ret_output) {
		if (!output)
			return err_set(err, ENOMEM, "out of memory");
		*ret_output = take_ptr(output);
	}
	return result;
}

void command_free(struct command *command)
{
	free(command->words);
	*command = (struct command){};
}
