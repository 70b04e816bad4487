// SPDX-License-Identifier: MIT
/*
 * Calls the kernel by name: a system call, a variable, and a function that
 * sleeps. None of them is declared in a header of the C library, and none is
 * defined in it; kml-link finds them in the kernel.
 */
#include <stdio.h>
#include <time.h>

extern long sys_clock_gettime(clockid_t which_clock, struct timespec *ts);
extern volatile unsigned long jiffies;
extern long schedule_timeout_uninterruptible(long ticks);

static double seconds_since_boot(void)
{
	struct timespec ts;

	if (sys_clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return -1;
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

int main(void)
{
	for (long ticks = 25; ticks <= 100; ticks *= 2) {
		unsigned long jiffies_before = jiffies;
		double before = seconds_since_boot(), after;

		schedule_timeout_uninterruptible(ticks);
		after = seconds_since_boot();
		printf("slept %3ld ticks: the clock says %.3f s, jiffies went on by %lu\n", ticks, after - before,
			jiffies - jiffies_before);
	}
	return 0;
}
