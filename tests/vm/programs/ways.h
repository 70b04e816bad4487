/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For programs that are looked at: system calls by the SYSCALL instruction or
 * by the gate, whichever the first argument of the program says.
 */
#ifndef TESTS_WAYS_H
#define TESTS_WAYS_H

#include <kml/abi.h>

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long system_call_gate __attribute__((used)); /* 0: the instruction */

static void choose_way(const char *way)
{
	if (!strcmp(way, "instruction"))
		return;
	system_call_gate = getauxval(AT_KML_SYSCALL_GATE);
	if (strcmp(way, "gate") || !system_call_gate)
		_exit(98);
}

/*
 * Never inlined, so that both ways leave the same frames behind. Whatever
 * includes this is compiled with -mno-red-zone, as a gate is called.
 */
static __attribute__((noinline, unused)) long six(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result = number;

	if (system_call_gate)
		__asm__ volatile("call *%[gate]"
				 : "+a"(result)
				 : [gate] "b"(system_call_gate), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	else
		__asm__ volatile("syscall"
				 : "+a"(result)
				 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	return result;
}

#define ARGUMENTS_(number, a, b, c, d, e, f, ...) \
	(long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)

/* by(NUMBER, up to six arguments): the result, or -errno */
#define by(...) six(ARGUMENTS_(__VA_ARGS__, 0, 0, 0, 0, 0, 0))

#endif
