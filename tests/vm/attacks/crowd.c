// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd start NUMBER PROGRAM: starts "PROGRAM wait", which is this one again, so many times, a hundred at once, and kills
 * each of them at some point of its life.
 * crowd bomb: processes that make processes, as long as there may be more.
 * crowd hoard [gate]: takes memory until somebody ends it; "gate": a kernel function writes to it.
 * crowd rob NUMBER PROGRAM: starts so many "PROGRAM hoard gate", kills them, and takes their memory away before they are gone.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"

enum { AT_A_TIME = 100 };

static pid_t start(const char *program)
{
	pid_t child = vfork();

	if (child == 0) {
		execl(program, program, "wait", (char *)NULL);
		_exit(1);
	}
	if (child < 0)
		err(1, "fork");
	return child;
}

/* Some at once, in the middle of exec; others when a few have been started after them */
static int start_and_kill(unsigned int number, const char *program)
{
	pid_t children[AT_A_TIME];

	for (unsigned int done = 0; done < number; done += AT_A_TIME) {
		for (unsigned int i = 0; i < AT_A_TIME; i++) {
			children[i] = start(program);
			if (i % 3 == 0)
				kill(children[i], SIGKILL);
			else if (i % 3 == 2)
				kill(children[i - 1], SIGKILL);
		}
		for (unsigned int i = 0; i < AT_A_TIME; i++) {
			int status;

			kill(children[i], SIGKILL);
			if (waitpid(children[i], &status, 0) != children[i] || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
				errx(1, "process %u: status %#x", done + i, (unsigned int)status);
		}
	}
	return 0;
}

static int bomb(void)
{
	for (;;)
		if (fork() < 0 && errno != EAGAIN)
			return 1;
}

__attribute__((noreturn)) static void hoard(bool by_gate)
{
	unsigned long clear = by_gate ? lookup("__memset") : 0;
	size_t size = 1UL << 20;

	for (;;) {
		char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			pause();
		else if (by_gate)
			call(clear, memory, 0, size);
		else
			memset(memory, 1, size);
	}
}

static int rob(unsigned int number, const char *program)
{
	for (unsigned int i = 0; i < number; i++) {
		int status, handle;
		pid_t child = fork();

		if (child == 0) {
			execl(program, program, "hoard", "gate", (char *)NULL);
			_exit(1);
		}
		handle = (int)syscall(SYS_pidfd_open, child, 0);
		usleep(100000 + i * 1000);
		kill(child, SIGKILL);
		for (int tries = 0; tries < 10 && syscall(SYS_process_mrelease, handle, 0) == 0; tries++)
			;
		close(handle);
		if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			errx(1, "process %u: status %#x", i, (unsigned int)status);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "rob"))
		return rob((unsigned int)atoi(argv[2]), argv[3]);
	if (argc == 4 && !strcmp(argv[1], "start"))
		return start_and_kill((unsigned int)atoi(argv[2]), argv[3]);
	if (argc == 2 && !strcmp(argv[1], "wait"))
		return pause();
	if (argc == 2 && !strcmp(argv[1], "bomb"))
		return bomb();
	if (argc >= 2 && !strcmp(argv[1], "hoard"))
		hoard(argc == 3);
	return 64;
}
