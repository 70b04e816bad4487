// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cost RUNS COMMAND...: runs a command so many times and prints the least CPU
 * time that it took, in microseconds, and the most memory that any process of
 * it had, in KiB. Its output goes nowhere.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static long microseconds(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

static int run(char **command, struct rusage *usage)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status, result;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	result = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result != 0) {
		fprintf(stderr, "cost: %s: %s\n", command[0], strerror(result));
		return -1;
	}
	return wait4(child, &status, 0, usage) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	long best = -1, memory = 0;

	if (runs <= 0) {
		fprintf(stderr, "usage: cost RUNS COMMAND...\n");
		return 64;
	}
	for (int i = 0; i < runs; i++) {
		struct rusage usage = {};
		int status = run(argv + 2, &usage);

		/* grep finds nothing: 1 */
		if (status < 0 || status > 1) {
			fprintf(stderr, "cost: %s: status %d\n", argv[2], status);
			return 1;
		}
		if (best < 0 || microseconds(&usage) < best)
			best = microseconds(&usage);
		if (usage.ru_maxrss > memory)
			memory = usage.ru_maxrss;
	}
	printf("%ld %ld\n", best, memory);
	return 0;
}
