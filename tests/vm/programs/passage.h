/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * System calls by the way that the test asks for: the instruction, or the
 * system-call gate. The result is what the kernel returned, errors negative.
 */
#include <kml/kml.h>

#include <err.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

/* 0: the instruction */
static unsigned long passage_gate;

static inline void passage_choose(const char *way)
{
	if (!strcmp(way, "gate")) {
		passage_gate = getauxval(AT_KML_SYSCALL_GATE);
		if (!passage_gate)
			errx(2, "there is no system-call gate");
	} else if (strcmp(way, "instruction")) {
		errx(2, "%s: neither 'gate' nor 'instruction'", way);
	}
}

static inline long pass6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result = number;

	if (passage_gate)
		__asm__ volatile("lea -128(%%rsp), %%rsp; call *%[gate]; lea 128(%%rsp), %%rsp"
				 : "+a"(result)
				 : [gate] "r"(passage_gate), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	else
		__asm__ volatile("syscall"
				 : "+a"(result)
				 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	return result;
}

#define PASS_CHOOSE(number, a, b, c, d, e, f, ...) \
	pass6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* pass(SYS_read, fd, buffer, size): any number of arguments up to six */
#define pass(...) PASS_CHOOSE(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
