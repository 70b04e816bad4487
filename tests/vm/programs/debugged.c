// SPDX-License-Identifier: GPL-2.0-or-later
/* debugged call|system-call: sleeps in a kernel function by either gate, some calls deep, for a debugger to look at. */
#include <string.h>
#include <time.h>

extern long schedule_timeout_interruptible(long ticks);
extern long sys_nanosleep(const struct timespec *request, struct timespec *remaining);

volatile long naps;

__attribute__((noinline)) static long nap_by_call(long ticks)
{
	naps++;
	return schedule_timeout_interruptible(ticks) + naps;
}

__attribute__((noinline)) static long nap_by_system_call(long seconds)
{
	struct timespec request = { .tv_sec = seconds };

	naps++;
	return sys_nanosleep(&request, NULL) + naps;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (;;) {
		if (!strcmp(argv[1], "call"))
			naps += nap_by_call(1000000);
		else
			naps += nap_by_system_call(4000);
	}
}
