// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults of instructions that 32-bit ARM has. */
#include "faults.h"

#include <kml/kml.h>

#include <sys/mman.h>
#include <unistd.h>

#include "addresses.h"
#include "mistakes.h"

#define PSR_I	0x80
#define PSR_E	0x200

/* What debuggers put in the place of an instruction */
#ifdef __thumb__
#define BREAKPOINT ".inst.n 0xde01"
#else
#define BREAKPOINT ".inst 0xe7f001f0"
#endif

static void instructions(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("udf #0")), SIGILL);
	assert_int_equal(signal_of(__asm__ volatile(BREAKPOINT)), SIGTRAP);
	/* A coprocessor that is not there */
	assert_int_equal(signal_of(__asm__ volatile("mrc p7, 0, r0, c0, c0, 0" : : : "r0")), SIGILL);
}

/* The next push faults, and the signal arrives on the alternate stack */
static void stack_pointer_to_nowhere(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("mov sp, %0; push {r0}" : : "r"(0x100) : "memory")), SIGSEGV);
}

/* The kernel does what the CPU does not: several words at once from an odd address */
static void words_at_odd_addresses(void **state)
{
	static const unsigned char bytes[12] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	static unsigned long words[2];

	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("ldm %0, {r2, r3}; stm %1, {r2, r3}"
						    : : "r"(bytes + 1), "r"(words)
						    : "r2", "r3", "memory")),
		0);
	assert_int_equal(words[0], 0x04030201);
	assert_int_equal(words[1], 0x08070605);
}

/* Registers of the CPU that programs have no business with are theirs in kernel mode */
static void privileged_instruction(void **state)
{
	int expected = kml_cpl() == 0 ? 0 : SIGILL;

	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("mrc p15, 0, r0, c1, c0, 0" : : : "r0")), expected);
}

/* What only a program in SYS mode can do to itself; it must not reach beyond */

static void interrupts_off_lasts_until_the_next_fault(void **state)
{
	unsigned long psr;
	char *page = faults_map(PROT_READ | PROT_WRITE);

	(void)state;
	if (kml_cpl() != 0)
		skip();
	__asm__ volatile("cpsid i; strb %1, [%1]; mrs %0, cpsr; cpsie i" : "=&r"(psr) : "r"(page) : "memory");
	assert_false(psr & PSR_I);
	munmap(page, 4096);
}

/* Data is big-endian then, for the program: what it gets of a system call, and the PSR that it has afterwards */
static __attribute__((noinline)) long system_call_of_big_endian(unsigned long *ret_psr)
{
	register long r7 __asm__("r7") = 20; /* getpid */
	register long r0 __asm__("r0");
	unsigned long psr;

	__asm__ volatile("setend be; svc #0; mrs %1, cpsr; setend le" : "=r"(r0), "=r"(psr) : "r"(r7) : "memory");
	*ret_psr = psr;
	return r0;
}

/* All programs may do so */
static void byte_order_stays_with_the_program(void **state)
{
	unsigned long psr;

	(void)state;
	assert_int_equal(system_call_of_big_endian(&psr), getpid());
	assert_true(psr & PSR_E);
	assert_int_equal(signal_of(__asm__ volatile("setend be; udf #0")), SIGILL);
}

int faults_of_architecture(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions),
		cmocka_unit_test(stack_pointer_to_nowhere),
		cmocka_unit_test(words_at_odd_addresses),
		cmocka_unit_test(privileged_instruction),
		cmocka_unit_test(interrupts_off_lasts_until_the_next_fault),
		cmocka_unit_test(byte_order_stays_with_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
