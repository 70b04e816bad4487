// SPDX-License-Identifier: GPL-2.0-or-later
/* Every kind of fault that a program can make becomes the signal that it is for any program. */
#include <kml/kml.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "addresses.h"
#include "mistakes.h"

static sigjmp_buf back;
static volatile sig_atomic_t caught;
static void *volatile caught_address;

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	caught = number;
	caught_address = info->si_addr;
	siglongjmp(back, 1);
}

/* Before each fault, as cmocka takes the signals for itself at the start of a test */
static void catch_signals(void)
{
	static char stack[65536];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGBUS };

	sigaltstack(&alternate, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* The signal that the statement ends in; 0 if it comes through */
#define signal_of(statement) \
	({ \
		catch_signals(); \
		caught = 0; \
		if (!sigsetjmp(back, 1)) { \
			statement; \
		} \
		(int)caught; \
	})

typedef void function(void);

static void *map(int protection)
{
	void *page = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	return page;
}

static void null_pointer(void **state)
{
	(void)state;
	assert_int_equal(signal_of(*(volatile int *)opaque(16) = 1), SIGSEGV);
	assert_ptr_equal(caught_address, (void *)16);
	assert_int_equal(signal_of((void)*(volatile int *)opaque(16)), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0))()), SIGSEGV);
}

static void address_that_is_not_canonical(void **state)
{
	(void)state;
	assert_int_equal(signal_of(*(volatile int *)opaque(0x8000000000000000) = 1), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0x8000000000000000))()), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0x800000000000))()), SIGSEGV);
}

static void kernel_address_with_nothing_behind_it(void **state)
{
	(void)state;
	assert_int_equal(signal_of((void)*(volatile int *)opaque(KERNEL_HOLE)), SIGSEGV);
	assert_int_equal(signal_of(*(volatile int *)opaque(KERNEL_HOLE) = 1), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(KERNEL_HOLE))()), SIGSEGV);
}

static void memory_protection(void **state)
{
	unsigned char *page = map(PROT_READ | PROT_WRITE);

	(void)state;
	page[0] = 0xc3; /* ret */
	assert_int_equal(signal_of(((function *)(void *)page)()), SIGSEGV);
	assert_int_equal(mprotect(page, 4096, PROT_READ), 0);
	assert_int_equal(signal_of(*(volatile unsigned char *)page = 0), SIGSEGV);
	assert_int_equal(mprotect(page, 4096, PROT_NONE), 0);
	assert_int_equal(signal_of((void)*(volatile unsigned char *)page), SIGSEGV);
	munmap(page, 4096);
	assert_int_equal(signal_of((void)*(volatile unsigned char *)page), SIGSEGV);
}

static void file_that_ends_before_its_mapping(void **state)
{
	char name[] = "/tmp/fileXXXXXX";
	int fd = mkstemp(name);
	volatile char *page;

	(void)state;
	assert_true(fd >= 0);
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	assert_int_equal(signal_of((void)page[0]), SIGBUS);
	close(fd);
	unlink(name);
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

static void stack_overflow(void **state)
{
	(void)state;
	assert_int_equal(signal_of(overflow_stack()), SIGSEGV);
}

/* A stack pointer that points nowhere: the next push faults, and the signal arrives on the alternate stack */
static void stack_pointer_to_nowhere(void **state)
{
	(void)state;
	assert_int_equal(signal_of(__asm__ volatile("movq %0, %%rsp; pushq $1" : : "r"(0x1000UL) : "memory")), SIGSEGV);
}

static void without_handler_the_process_dies(void **state)
{
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		*(volatile int *)opaque(16) = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

/* What only a program at CPL 0 can do to itself; it must not reach beyond */

static void interrupts_off_lasts_until_the_next_fault(void **state)
{
	unsigned long flags;
	char *page = map(PROT_READ | PROT_WRITE);

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_pointer),
		cmocka_unit_test(address_that_is_not_canonical),
		cmocka_unit_test(kernel_address_with_nothing_behind_it),
		cmocka_unit_test(memory_protection),
		cmocka_unit_test(file_that_ends_before_its_mapping),
		cmocka_unit_test(instructions),
		cmocka_unit_test(program_steps_itself),
		cmocka_unit_test(stack_overflow),
		cmocka_unit_test(stack_pointer_to_nowhere),
		cmocka_unit_test(without_handler_the_process_dies),
		cmocka_unit_test(interrupts_off_lasts_until_the_next_fault),
		cmocka_unit_test(bad_iret),
		cmocka_unit_test(handler_sends_the_program_nowhere),
		cmocka_unit_test(alignment_and_direction_flags_do_not_hurt_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
