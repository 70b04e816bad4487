// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways into the kernel, and for comparison a call of a function of the program. */
#include "measure.h"
#include "start/system.h"

#include <kml/kml.h>

#include <err.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#define INT80_GETPPID 64

static unsigned long __attribute__((noinline)) user_function(unsigned long x)
{
	__asm__ volatile("" : "+r"(x));
	return x;
}

void count_calls(void)
{
	unsigned long (*volatile indirect)(unsigned long) = user_function;
	unsigned long result;

	printf("instruction %lu\n",
		count(__asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getppid) : "rcx", "r11", "memory")));
	/* Comes and goes as interrupts do, and repeats as they do not */
	printf("interrupt %lu\n", count(__asm__ volatile("int $0x80" : "=a"(result) : "a"(INT80_GETPPID) : "memory")));
	printf("user-function %lu\n", count(indirect(1)));
}

/* A kernel function that does next to nothing, and that every kernel has: it returns 1 */
#define TRIVIAL "always_delete_dentry"

void count_gates(void)
{
	unsigned long syscall_gate = getauxval(AT_KML_SYSCALL_GATE), call_gate = getauxval(AT_KML_CALL_GATE), function;
	unsigned long (*volatile indirect)(unsigned long);
	unsigned long result;

	if (!call_gate)
		return;
	printf("syscall-gate %lu\n",
		count(__asm__ volatile("call *%1" : "=a"(result) : "r"(syscall_gate), "a"(SYS_getppid) : "rcx", "r11", "memory")));
	function = system_call_gate(call_gate, getauxval(AT_KML_LOOKUP), (unsigned long)TRIVIAL);
	if (function == KML_LOOKUP_UNKNOWN || function == KML_LOOKUP_AMBIGUOUS)
		errx(1, "the kernel has no function " TRIVIAL);
	if (system_call_gate(call_gate, function, 0) != 1)
		errx(1, TRIVIAL " is not what it was");
	printf("call-gate %lu\n",
		count(__asm__ volatile("call *%0" : : "r"(call_gate), "a"(function), "D"(0) : "rcx", "rdx", "rsi", "r8",
				       "r9", "r10", "r11", "memory", "cc")));
	indirect = (void *)function;
	printf("direct %lu\n", count(indirect(0)));
}
