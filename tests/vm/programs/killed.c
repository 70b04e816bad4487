// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * killed: children let a kernel function write to memory of theirs that is not
 * there yet, and are killed in the middle of it. They must die of the signal,
 * and the kernel must not mind.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern void *__memset(void *memory, int value, size_t size);

#define SIZE (32UL << 20)

static void clear_for_ever(void)
{
	for (;;) {
		void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		madvise(memory, SIZE, MADV_NOHUGEPAGE);
		__memset(memory, 0, SIZE);
		munmap(memory, SIZE);
	}
}

int main(void)
{
	for (int i = 0; i < 25; i++) {
		int status;
		pid_t child = fork();

		if (child == 0)
			clear_for_ever();
		usleep(20000 + (useconds_t)i * 1000);
		kill(child, SIGKILL);
		if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
			printf("FAIL  child %d ended with status %#x\n", i, (unsigned int)status);
			return 1;
		}
	}
	return 0;
}
