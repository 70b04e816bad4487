/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Calls through the call gate of whatever address, for tests of programs that kml-link would not make. */
#include <kml/kml.h>

#include <err.h>
#include <sys/auxv.h>

#ifdef __arm__
/* The address of the function in IP, the arguments as for any function: two of them on the stack */
static inline long call_address(unsigned long address, long a, long b, long c, long d, long e, long f)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register unsigned long ip __asm__("ip") = address;

	__asm__ volatile("str %[sixth], [sp, #-4]!; str %[fifth], [sp, #-4]!; blx %[gate]; add sp, sp, #8"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(ip)
			 : [gate] "r"(gate), [fifth] "r"(e), [sixth] "r"(f)
			 : "lr", "memory", "cc");
	return r0;
}
#else
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
#endif

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
