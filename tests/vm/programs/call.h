/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Calls through the call gate of whatever address, for tests of programs that kml-link would not make. */
#include <kml/kml.h>

#include <err.h>
#include <sys/auxv.h>

static inline long call_address(unsigned long address, long a, long b, long c, long d, long e, long f)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result = (long)address;

	__asm__ volatile("lea -128(%%rsp), %%rsp; call *%[gate]; lea 128(%%rsp), %%rsp"
			 : "+a"(result), "+D"(a), "+S"(b), "+d"(c), "+c"(d), "+r"(r8), "+r"(r9)
			 : [gate] "r"(gate)
			 : "r10", "r11", "memory", "cc");
	return result;
}

#define CALL_CHOOSE(address, a, b, c, d, e, f, ...) \
	call_address(address, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* call(address, ...): any number of arguments up to six */
#define call(...) CALL_CHOOSE(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/* Address of the kernel's function or variable of that name */
static inline unsigned long lookup(const char *name)
{
	unsigned long address = (unsigned long)call(getauxval(AT_KML_LOOKUP), name);

	if (address <= KML_LOOKUP_AMBIGUOUS)
		errx(2, "%s: the kernel does not have it, or has it twice", name);
	return address;
}
