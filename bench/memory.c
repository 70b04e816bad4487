// SPDX-License-Identifier: GPL-2.0-or-later
/* Page faults, and what replaces a process's memory. */
#include "measure.h"

#include <err.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

void count_faults(void)
{
	volatile char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		err(1, "mmap");
	printf("read-fault %lu\n", count_prepared(madvise((void *)page, PAGE, MADV_DONTNEED), (void)*page));
	printf("write-fault %lu\n", count_prepared(madvise((void *)page, PAGE, MADV_DONTNEED), *page = 1));
	munmap((void *)page, PAGE);
}

/* From execve() to the first instruction of the program, which writes the counter's value to its standard output */
static unsigned long count_one_exec(const char *program, const int ends[2])
{
	static char *no_strings[] = { NULL };
	unsigned long first;
	volatile unsigned long start = 0;	/* in this process's memory: the child shares it */
	int status;
	pid_t pid = vfork();

	if (pid < 0)
		err(1, "vfork");
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		start = counter();
		execve(program, no_strings, no_strings);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0 || read(ends[0], &first, sizeof(first)) != sizeof(first))
		errx(1, "%s does not run as it should", program);
	return first - start;
}

static unsigned long count_one_fork(void)
{
	unsigned long start = counter();
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return counter() - start;
}

/* These take too many turns for any number to be frequent: the smaller ones are those without interrupts */
void count_exec(const char *program)
{
	static unsigned long exec[SAMPLES / 10], fork_and_exit[SAMPLES / 10];
	int ends[2];

	if (pipe(ends) < 0)
		err(1, "pipe");
	for (int i = 0; i < SAMPLES / 10; i++) {
		exec[i] = count_one_exec(program, ends);
		fork_and_exit[i] = count_one_fork();
	}
	close(ends[0]);
	close(ends[1]);
	printf("exec %lu\n", quartile(exec, SAMPLES / 10));
	printf("fork %lu\n", quartile(fork_and_exit, SAMPLES / 10));
}
