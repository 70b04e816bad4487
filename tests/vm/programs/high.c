// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code and data above 2^47, where five levels of page tables reach: 0 if all
 * is well there, 3 if this kernel puts nothing there.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern void ktime_get_real_ts64(struct timespec *ts);

static const unsigned char return_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

static int use(char *memory)
{
	int (*code)(void) = (int (*)(void))memory;
	struct timespec *ts = (struct timespec *)(memory + 4096);

	if (code() != 42)
		return 1;
	/* The kernel writes to a page that is not there yet */
	ktime_get_real_ts64(ts);
	return ts->tv_sec < time(NULL) - 2 || ts->tv_sec > time(NULL) + 2;
}

int main(void)
{
	int status;
	pid_t child;
	/* Above 2^55, so that the top level has an entry for nothing else */
	char *memory = mmap((void *)(1UL << 55), 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return 1;
	if ((unsigned long)memory < 1UL << 55)
		return 3;
	memcpy(memory, return_42, sizeof(return_42));
	mprotect(memory, 4096, PROT_READ | PROT_EXEC);
	child = fork();
	if (child == 0)
		_exit(use(memory));
	return waitpid(child, &status, 0) != child || status != 0 || use(memory);
}
