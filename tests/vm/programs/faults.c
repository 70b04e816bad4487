// SPDX-License-Identifier: GPL-2.0-or-later
/* Every kind of fault that a program can make becomes the signal that it is for any program. */
#include "faults.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addresses.h"
#include "mistakes.h"

sigjmp_buf faults_back;
volatile sig_atomic_t faults_caught;
void *volatile faults_address;

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	faults_caught = number;
	faults_address = info->si_addr;
	siglongjmp(faults_back, 1);
}

void faults_catch_signals(void)
{
	static char stack[65536];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGBUS };

	sigaltstack(&alternate, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

void *faults_map(int protection)
{
	void *page = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	return page;
}

static void null_pointer(void **state)
{
	(void)state;
	assert_int_equal(signal_of(*(volatile int *)opaque(16) = 1), SIGSEGV);
	assert_ptr_equal(faults_address, (void *)16);
	assert_int_equal(signal_of((void)*(volatile int *)opaque(16)), SIGSEGV);
	assert_int_equal(signal_of(((function *)opaque(0))()), SIGSEGV);
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
	unsigned char *page = faults_map(PROT_READ | PROT_WRITE);

	(void)state;
	page[0] = 1;
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

static void stack_overflow(void **state)
{
	(void)state;
	assert_int_equal(signal_of(overflow_stack()), SIGSEGV);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_pointer),
		cmocka_unit_test(kernel_address_with_nothing_behind_it),
		cmocka_unit_test(memory_protection),
		cmocka_unit_test(file_that_ends_before_its_mapping),
		cmocka_unit_test(stack_overflow),
		cmocka_unit_test(without_handler_the_process_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) + faults_of_architecture();
}
