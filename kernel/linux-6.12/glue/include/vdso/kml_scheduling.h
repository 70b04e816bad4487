/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scheduling from the vDSO, for programs that are linked with vdso.so. System
 * calls by the instruction, which is right in ordinary processes and in kernel
 * mode: this page is everybody's, so it cannot have the address of a gate.
 * Errors are negative numbers of errno, as from the kernel.
 *
 * Included once, by the architecture, which has defined kml_system_call() and
 * the structure KML_TIMESPEC that nanosleep() takes.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/time64.h>
#include <asm/param.h>
#include <asm/unistd.h>

#define KML_NSEC_PER_TICK	(NSEC_PER_SEC / HZ)

int sched_yield(void);
int nanosleep(const KML_TIMESPEC *duration, KML_TIMESPEC *left);
long schedule_timeout(long ticks);

notrace int sched_yield(void)
{
	return kml_system_call(__NR_sched_yield, NULL, NULL);
}

notrace int nanosleep(const KML_TIMESPEC *duration, KML_TIMESPEC *left)
{
	return kml_system_call(__NR_nanosleep, duration, left);
}

/*
 * Sleeps until ticks of the kernel's clock are over, or until a signal comes;
 * for LONG_MAX, until a signal comes. What was left: 0, or more after a signal.
 */
notrace long schedule_timeout(long ticks)
{
	KML_TIMESPEC duration, left;

	if (ticks == LONG_MAX) {
		kml_system_call(__NR_pause, NULL, NULL);
		return LONG_MAX;
	}
	if (ticks <= 0)
		return 0;
	duration.tv_sec = ticks / HZ;
	duration.tv_nsec = ticks % HZ * KML_NSEC_PER_TICK;
	if (nanosleep(&duration, &left) != -EINTR)
		return 0;
	return left.tv_sec * HZ + DIV_ROUND_UP((long)left.tv_nsec, KML_NSEC_PER_TICK);
}
