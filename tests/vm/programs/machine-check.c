// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine-check: at CPL 0 the program can make machine checks: it writes a
 * corrected error into a bank, as the hardware does, and executes INT 18. The
 * handler has to end it, and to return to where it was.
 */
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "outcome.h"

#define MCG_STATUS 0x17a
#define MC0_STATUS 0x401
#define RIP_VALID_AND_IN_PROGRESS 0x5
#define VALID_AND_ENABLED 0x9000000000000000

static uint64_t read_msr(uint32_t number)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
	return (uint64_t)high << 32 | low;
}

static void write_msr(uint32_t number, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/* Without interrupts in between: bank and check have to be of the same CPU */
static long corrected_error(void)
{
	long bad = 0;

	for (int i = 0; i < 200; i++) {
		long intact;

		__asm__ volatile("cli" : : : "memory");
		write_msr(MC0_STATUS, VALID_AND_ENABLED | 1);
		write_msr(MCG_STATUS, RIP_VALID_AND_IN_PROGRESS);
		__asm__ volatile("movq $77, -8(%%rsp); movq $77, -128(%%rsp); movl $77, %%r12d; int $18\n"
				 "xorl %k0, %k0; cmpq $77, -8(%%rsp); jne 1f; cmpq $77, -128(%%rsp); jne 1f;"
				 "cmpq $77, %%r12; jne 1f; movl $1, %k0; 1:"
				 : "=&r"(intact)
				 :
				 : "r12", "memory", "cc");
		/* That no check is in progress any more is the handler's work; corrected errors it leaves to the poller */
		bad += !intact + (read_msr(MCG_STATUS) != 0);
		write_msr(MC0_STATUS, 0);
		bad += syscall(SYS_getpid) != getpid();
	}
	return bad;
}

int main(void)
{
	static const struct attempt attempts[] = { { "corrected_error", corrected_error } };

	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
