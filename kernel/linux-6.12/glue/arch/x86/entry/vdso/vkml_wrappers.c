// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/time_types.h>

#define KML_TIMESPEC	struct __kernel_timespec

static notrace long kml_system_call(long number, const void *first, void *second)
{
	long result;

	asm volatile("syscall" : "=a" (result) : "a" (number), "D" (first), "S" (second) : "rcx", "r11", "memory");
	return result;
}

#include <vdso/kml_scheduling.h>
