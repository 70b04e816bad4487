// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways into the kernel, and for comparison a call of a function of the program. */
#include "measure.h"
#include "start/system.h"

#include <kml/kml.h>

#include <err.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

/* Each leaves the result where C has none: it is the way that counts */
#ifdef __arm__
#define BY_INSTRUCTION __asm__ volatile("svc #0" : "=r"(r0) : "r"(r7) : "memory")
#define BY_GATE(gate) __asm__ volatile("blx %[to]" : "=r"(r0) : [to] "r"(gate), "r"(r7) : "ip", "lr", "memory", "cc")
#define BY_CALL_GATE(gate, function) \
	({ \
		register unsigned long ip __asm__("ip") = (function); \
		__asm__ volatile("blx %[to]" : "+r"(r0), "+r"(ip) : [to] "r"(gate) : "r1", "r2", "r3", "lr", "memory", "cc"); \
	})
#define WITH_REGISTERS \
	register unsigned long r7 __asm__("r7") = SYS_getppid; \
	register unsigned long r0 __asm__("r0") = 0
#else
#define INT80_GETPPID 64
#define BY_INSTRUCTION __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getppid) : "rcx", "r11", "memory")
#define BY_GATE(gate) __asm__ volatile("call *%1" : "=a"(result) : "r"(gate), "a"(SYS_getppid) : "rcx", "r11", "memory")
#define BY_CALL_GATE(gate, function) \
	__asm__ volatile("call *%0" : : "r"(gate), "a"(function), "D"(0) : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", \
			 "memory", "cc")
#define WITH_REGISTERS unsigned long result
#endif

static unsigned long __attribute__((noinline)) user_function(unsigned long x)
{
	__asm__ volatile("" : "+r"(x));
	return x;
}

void count_calls(void)
{
	unsigned long (*volatile indirect)(unsigned long) = user_function;

	{
		WITH_REGISTERS;

		printf("instruction %lu\n", count(BY_INSTRUCTION));
#ifdef __x86_64__
		/* Comes and goes as interrupts do, and repeats as they do not */
		printf("interrupt %lu\n", count(__asm__ volatile("int $0x80" : "=a"(result) : "a"(INT80_GETPPID) : "memory")));
#endif
	}
	printf("user-function %lu\n", count(indirect(1)));
}

/* A kernel function that does next to nothing, and that every kernel has: it returns 1 */
#define TRIVIAL "always_delete_dentry"

void count_gates(void)
{
	unsigned long syscall_gate = getauxval(AT_KML_SYSCALL_GATE), call_gate = getauxval(AT_KML_CALL_GATE), function;
	unsigned long (*volatile indirect)(unsigned long);

	if (!call_gate)
		return;
	function = system_call_gate(call_gate, getauxval(AT_KML_LOOKUP), (unsigned long)TRIVIAL);
	if (function == KML_LOOKUP_UNKNOWN || function == KML_LOOKUP_AMBIGUOUS)
		errx(1, "the kernel has no function " TRIVIAL);
	if (system_call_gate(call_gate, function, 0) != 1)
		errx(1, TRIVIAL " is not what it was");
	{
		WITH_REGISTERS;

		printf("syscall-gate %lu\n", count(BY_GATE(syscall_gate)));
		printf("call-gate %lu\n", count(BY_CALL_GATE(call_gate, function)));
	}
	indirect = (void *)function;
	printf("direct %lu\n", count(indirect(0)));
}
