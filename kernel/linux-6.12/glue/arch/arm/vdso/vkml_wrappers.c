// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and scheduling from the vDSO, for programs that are linked with vdso.so.
 * System calls by the instruction, which is right in ordinary processes and in
 * kernel mode: this page is everybody's, so it cannot have the address of a
 * gate. Errors are negative numbers of errno, as from the kernel.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/time32.h>
#include <linux/time64.h>
#include <asm/param.h>
#include <asm/unistd.h>
#include <asm/vdso.h>

#define KML_NSEC_PER_TICK	(NSEC_PER_SEC / HZ)

int __vdso_clock_gettime(clockid_t clock, struct old_timespec32 *time);
int __vdso_gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone);
int clock_gettime(clockid_t clock, struct old_timespec32 *time);
int gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone);
int sched_yield(void);
int nanosleep(const struct old_timespec32 *duration, struct old_timespec32 *left);
long schedule_timeout(long ticks);

static notrace long kml_system_call(long number, const void *first, void *second)
{
	register long r0 asm("r0") = (long)first;
	register long r1 asm("r1") = (long)second;
	register long r7 asm("r7") = number;

	asm volatile("svc #0" : "+r" (r0) : "r" (r1), "r" (r7) : "memory");
	return r0;
}

notrace int clock_gettime(clockid_t clock, struct old_timespec32 *time)
{
	return __vdso_clock_gettime(clock, time);
}

notrace int gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone)
{
	return __vdso_gettimeofday(time, zone);
}

notrace int sched_yield(void)
{
	return kml_system_call(__NR_sched_yield, NULL, NULL);
}

notrace int nanosleep(const struct old_timespec32 *duration, struct old_timespec32 *left)
{
	return kml_system_call(__NR_nanosleep, duration, left);
}

/*
 * Sleeps until ticks of the kernel's clock are over, or until a signal comes;
 * for LONG_MAX, until a signal comes. What was left: 0, or more after a signal.
 */
notrace long schedule_timeout(long ticks)
{
	struct old_timespec32 duration, left;

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
	return left.tv_sec * HZ + DIV_ROUND_UP(left.tv_nsec, KML_NSEC_PER_TICK);
}
