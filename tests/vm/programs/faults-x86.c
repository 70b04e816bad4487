// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults of instructions and addresses that x86-64 has. */
#include "faults.h"

#include <kml/kml.h>

#include <sys/mman.h>

#include "addresses.h"
#include "mistakes.h"

static void address_that_is_not_canonical(void **state)
{
	(void)state;
	assert_int_equal(signal_of(*(volatile int *)opaque(0x8000000000000000) = 1), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0x8000000000000000))()), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0x800000000000))()), SIGSEGV);
}

static void instructions(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("ud2")), SIGILL);
	assert_int_equal(signal_of(__asm__ volatile("int3")), SIGTRAP);
	assert_int_equal(signal_of(({
				 int zero = 0, result;
				 __asm__ volatile("movl $1, %%eax; cltd; idivl %1" : "=&a"(result) : "r"(zero) : "edx");
			 })),
		SIGFPE);
}

/* The step flag set by the program itself: a trap behind the next instruction */
static void program_steps_itself(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orl $0x100, (%%rsp); popfq; nop; nop;"
						    "lea 128(%%rsp), %%rsp" ::
							    : "memory", "cc")),
		SIGTRAP);
}

/* A stack pointer that points nowhere: the next push faults, and the signal arrives on the alternate stack */
static void stack_pointer_to_nowhere(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("movq %0, %%rsp; pushq $1" : : "r"(0x1000UL) : "memory")), SIGSEGV);
}

/* What only a program at CPL 0 can do to itself; it must not reach beyond */

static void interrupts_off_lasts_until_the_next_fault(void **state)
{
	unsigned long flags;
	char *page = faults_map(PROT_READ | PROT_WRITE);

	(void)state;
	if (kml_cpl() != 0)
		skip();
	__asm__ volatile("cli; movb $1, (%1); lea -128(%%rsp), %%rsp; pushfq; popq %0; lea 128(%%rsp), %%rsp; sti"
			 : "=&r"(flags)
			 : "r"(page)
			 : "memory", "cc");
	assert_true(flags & 0x200);
	munmap(page, 4096);
}

static void bad_iret(void **state)
{
	(void)state;
	if (kml_cpl() != 0)
		skip();
	/* to an address that is not canonical: the fault comes at the IRET */
	assert_int_equal(signal_of(__asm__ volatile("movq %%rsp, %%rax; pushq $0x18; pushq %%rax; pushfq; pushq $0x10;"
						    "movabsq $0x8000000000000000, %%rax; pushq %%rax; iretq" ::
							    : "rax", "memory")),
		SIGSEGV);
}

/* The kernel itself returns to such an address when a handler asks for it */
static void handler_sends_the_program_nowhere(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(signal_of(((function *)opaque(0x8000000000000000 + (uintptr_t)i))()), SIGSEGV);
}

static void alignment_and_direction_flags_do_not_hurt_the_kernel(void **state)
{
	(void)state;
	if (kml_cpl() != 0)
		skip(); /* in ring 3, AC is alignment checking */
	/* AC and DF set over a system call and a fault */
	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orl $0x40400, (%%rsp); popfq; movl $39, %%eax; syscall;"
			 "pushfq; andl $~0x40400, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
				 : "rax", "rcx", "r11", "memory", "cc");
	assert_int_equal(signal_of(__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orl $0x40400, (%%rsp); popfq; ud2" ::
							    : "memory", "cc")),
		SIGILL);
	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andl $~0x40400, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
				 : "memory", "cc");
}

int faults_of_architecture(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_that_is_not_canonical),
		cmocka_unit_test(instructions),
		cmocka_unit_test(program_steps_itself),
		cmocka_unit_test(stack_pointer_to_nowhere),
		cmocka_unit_test(interrupts_off_lasts_until_the_next_fault),
		cmocka_unit_test(bad_iret),
		cmocka_unit_test(handler_sends_the_program_nowhere),
		cmocka_unit_test(alignment_and_direction_flags_do_not_hurt_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
