/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For programs that look at others: the same program is run in kernel mode by
 * the gate and by the instruction, and in user mode, and what is seen of it
 * must be the same text each time.
 */
#ifndef TESTS_OBSERVE_H
#define TESTS_OBSERVE_H

#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct way {
	const char *title, *directory, *argument;
};

/* The directories have names of one length, for stacks of one size */
static const struct way ways[] = {
	{ "user mode", "/usr/bin", "instruction" },
	{ "kernel mode, instruction", "/trusted", "instruction" },
	{ "kernel mode, gate", "/trusted", "gate" },
};
#define WAYS (sizeof(ways) / sizeof(*ways))

/* "DIRECTORY/PROGRAM WAY SCENE traced", with the same addresses each time, stopped at its INT3 */
static __attribute__((unused)) pid_t start_traced(const struct way *way, const char *program, const char *scene)
{
	char path[64];
	int status;
	pid_t child;

	snprintf(path, sizeof(path), "%s/%s", way->directory, program);
	child = fork();
	if (child == 0) {
		personality(ADDR_NO_RANDOMIZE);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(path, path, way->argument, scene, "traced", (char *)NULL);
		err(1, "%s", path);
	}
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) || ptrace(PTRACE_CONT, child, NULL, NULL) ||
	    waitpid(child, &status, 0) != child || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
		errx(1, "%s did not start: status %#x", path, status);
	return child;
}

/* The same, running and not traced */
static __attribute__((unused)) pid_t start_free(const struct way *way, const char *program, const char *scene)
{
	char path[64];
	pid_t child;

	snprintf(path, sizeof(path), "%s/%s", way->directory, program);
	child = fork();
	if (child == 0) {
		execl(path, path, way->argument, scene, (char *)NULL);
		err(1, "%s", path);
	}
	return child;
}

/* As /proc/kallsyms has it */
static __attribute__((unused)) unsigned long kernel_address(const char *wanted)
{
	unsigned long address, found = 0;
	char name[256], line[512];
	FILE *file = fopen("/proc/kallsyms", "r");

	if (!file)
		err(1, "/proc/kallsyms");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx %*c %255s", &address, name) == 2 && !strcmp(name, wanted))
			found = address;
	fclose(file);
	if (!found)
		errx(1, "the kernel has no %s", wanted);
	return found;
}

static __attribute__((unused)) int wait_for(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid)
		err(1, "wait for %d", pid);
	return status;
}

static __attribute__((unused)) void print_status(FILE *out, int status)
{
	if (WIFEXITED(status))
		fprintf(out, "exited with %d\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		fprintf(out, "killed by %s%s\n", strsignal(WTERMSIG(status)), WCOREDUMP(status) ? ", core dumped" : "");
	else if (WIFSTOPPED(status))
		fprintf(out, "stopped by %s, event %d\n", strsignal(WSTOPSIG(status) & 0x7f), status >> 16);
}

/* Shows the first line in which two texts differ */
static void print_difference(const char *what, size_t way, const char *expected, const char *seen)
{
	size_t line = 1, start = 0, i;

	for (i = 0; expected[i] && expected[i] == seen[i]; i++) {
		if (expected[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	printf("FAIL  %s, %s, line %zu: '%.*s', but in user mode '%.*s'\n", what, ways[way].title, line,
		(int)strcspn(seen + start, "\n"), seen + start, (int)strcspn(expected + start, "\n"), expected + start);
}

typedef void observation(FILE *out, const struct way *way, const void *argument);

/* Returns the number of ways that show something else than user mode; MINIMUM is the least that must be seen */
static __attribute__((unused)) int same_each_way(const char *what, observation *observe, const void *argument,
	size_t minimum)
{
	char *texts[WAYS];
	size_t size, lines = 0;
	int failures = 0;

	for (size_t i = 0; i < WAYS; i++) {
		FILE *out = open_memstream(&texts[i], &size);

		if (!out)
			err(1, "no memory");
		observe(out, &ways[i], argument);
		fclose(out);
		if (i && strcmp(texts[0], texts[i])) {
			print_difference(what, i, texts[0], texts[i]);
			failures++;
		}
	}
	for (const char *c = texts[0]; *c; c++)
		lines += *c == '\n';
	if (lines < minimum) {
		printf("FAIL  %s: saw only %zu lines:\n%s", what, lines, texts[0]);
		failures++;
	}
	if (getenv("OBSERVE_VERBOSE"))
		printf("%s", texts[0]);
	if (!failures)
		printf("ok    %s: %zu lines, the same each way\n", what, lines);
	fflush(stdout);
	for (size_t i = 0; i < WAYS; i++)
		free(texts[i]);
	return failures;
}

/* Returns the number of ways, from the one of that number on, that do not end with this line */
static __attribute__((unused)) int ends_each_way(const char *what, observation *observe, const void *argument,
	size_t first, const char *line)
{
	int failures = 0;

	for (size_t i = first; i < WAYS; i++) {
		char *text;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		if (!out)
			err(1, "no memory");
		observe(out, &ways[i], argument);
		fclose(out);
		if (size < strlen(line) || strcmp(text + size - strlen(line), line)) {
			printf("FAIL  %s, %s:\n%s", what, ways[i].title, text);
			failures++;
		}
		free(text);
	}
	if (!failures)
		printf("ok    %s: %s", what, line);
	fflush(stdout);
	return failures;
}

#endif
