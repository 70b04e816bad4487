// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled with -mno-red-zone, as the gate is called with data of the function right above the stack pointer. */
#include "passage.h"

#include <err.h>
#include <kml/abi.h>
#include <string.h>
#include <sys/auxv.h>

unsigned long passage_gate;

void passage_choose(const char *way)
{
	if (!strcmp(way, "gate")) {
		passage_gate = getauxval(AT_KML_SYSCALL_GATE);
		if (!passage_gate)
			errx(2, "there is no system-call gate");
	} else if (strcmp(way, "instruction")) {
		errx(2, "%s: neither 'gate' nor 'instruction'", way);
	}
}

#ifdef __arm__
long passage(long number, long a, long b, long c, long d, long e, long f)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;

	if (passage_gate)
		__asm__ volatile("blx %[gate]"
				 : "+r"(r0)
				 : [gate] "r"(passage_gate), "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
				 : "ip", "lr", "memory", "cc");
	else
		__asm__ volatile("svc #0"
				 : "+r"(r0)
				 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
				 : "memory");
	return r0;
}
#else
long passage(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result = number;

	if (passage_gate)
		__asm__ volatile("call *%[gate]"
				 : "+a"(result)
				 : [gate] "b"(passage_gate), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	else
		__asm__ volatile("syscall"
				 : "+a"(result)
				 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
				 : "rcx", "r11", "memory", "cc");
	return result;
}
#endif
