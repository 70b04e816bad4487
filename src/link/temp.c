// SPDX-License-Identifier: GPL-2.0-or-later
#include "temp.h"

#include "command.h"
#include "common/err.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The signal handler walks this, so a path is complete before the count says that it is there. */
static struct {
	char *directory;
	char **paths;
	volatile sig_atomic_t count;
} temp;

static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };

/* Only unlink() and rmdir(), which are safe in a signal handler. */
static void remove_all(void)
{
	for (int i = 0; i < temp.count; i++)
		(void)unlink(temp.paths[i]);
	(void)rmdir(temp.directory);
}

static void on_signal(int number)
{
	command_stop();
	remove_all();
	(void)raise(number); /* SA_RESETHAND: the default action now */
}

static void block_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

int temp_open(const char *output, struct kml_err *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND }, old;
	const char *slash = strrchr(output, '/');
	int length = slash ? (int)(slash - output) + 1 : 0;
	sigset_t before;

	if (asprintf(&temp.directory, "%.*s.kml-link.XXXXXX", length, output) < 0)
		return err_set(err, ENOMEM, "out of memory");
	block_signals(&before);
	if (!mkdtemp(temp.directory)) {
		err_errno(err, "%s: cannot make a directory beside it", output);
		free(temp.directory);
		temp.directory = NULL;
		sigprocmask(SIG_SETMASK, &before, NULL);
		return -EIO;
	}
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		/* What the caller ignores (nohup) stays ignored. */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}

const char *temp_path(const char *name)
{
	char *path, **bigger;
	sigset_t before;

	if (asprintf(&path, "%s/%s", temp.directory, name) < 0)
		return NULL;
	block_signals(&before);
	bigger = realloc(temp.paths, (temp.count + 1) * sizeof(*bigger));
	if (bigger) {
		temp.paths = bigger;
		temp.paths[temp.count] = path;
		temp.count = temp.count + 1;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (bigger)
		return path;
	free(path);
	return NULL;
}

void temp_close(void)
{
	sigset_t before;

	if (!temp.directory)
		return;
	block_signals(&before);
	remove_all();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	for (int i = 0; i < temp.count; i++)
		free(temp.paths[i]);
	free(temp.paths);
	free(temp.directory);
	temp.paths = NULL;
	temp.directory = NULL;
	temp.count = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
}
