// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/time32.h>
#include <asm/vdso.h>

#define KML_TIMESPEC	struct old_timespec32

int __vdso_clock_gettime(clockid_t clock, struct old_timespec32 *time);
int __vdso_gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone);
int clock_gettime(clockid_t clock, struct old_timespec32 *time);
int gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone);

static notrace long kml_system_call(long number, const void *first, void *second)
{
	register long r0 asm("r0") = (long)first;
	register long r1 asm("r1") = (long)second;
	register long r7 asm("r7") = number;

	asm volatile("svc #0" : "+r" (r0) : "r" (r1), "r" (r7) : "memory");
	return r0;
}

/* Under the version that other architectures have them: this one has its own for the names that begin with __vdso_ */
notrace int clock_gettime(clockid_t clock, struct old_timespec32 *time)
{
	return __vdso_clock_gettime(clock, time);
}

notrace int gettimeofday(struct __kernel_old_timeval *time, struct timezone *zone)
{
	return __vdso_gettimeofday(time, zone);
}

#include <vdso/kml_scheduling.h>
