// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel does for programs on 32-bit ARM, and what looks at them: in
 * kernel mode as for any other process.
 */
#include "call.h"
#include "passage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

enum { VDSO_SIZE = 0x4000, NR_OF_CALLED_FUNCTION = -1, PAGE = 4096, USR_MODE = 0x10 };
#define SWP_R0_R2_AT_R1 0xe1010092
#define HUGE (2UL << 20)

static bool is_in_vdso(unsigned long address)
{
	return address - getauxval(AT_SYSINFO_EHDR) < VDSO_SIZE;
}

static void by_gate(void)
{
	passage_choose("gate");
}

/* Counted by the kernel, where the CPU leaves it the instruction */
static unsigned long emulated_swaps(void)
{
	unsigned long count = 0;
	FILE *file = fopen("/proc/cpu/swp_emulation", "re");
	char line[128];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Emulated SWP: %lu", &count) == 1)
			break;
	fclose(file);
	return count;
}

/* ARMv7 has SWP only as an undefined instruction that the kernel carries out */
__attribute__((target("arm"), noinline)) static unsigned int swap(unsigned int *word, unsigned int value)
{
	unsigned int before;

	__asm__ volatile(".arch armv5t\n swp %[before], %[value], [%[word]]"
			 : [before] "=&r"(before)
			 : [value] "r"(value), [word] "r"(word)
			 : "memory");
	return before;
}

static void swp_is_carried_out(void **state)
{
	static unsigned int word = 5;
	unsigned long before = emulated_swaps();

	(void)state;
	assert_int_equal(swap(&word, 7), 5);
	assert_int_equal(word, 7);
	print_message("SWP was carried out by the %s\n", emulated_swaps() > before ? "kernel" : "CPU");
}

/*
 * QEMU's CPUs have SWP. What the kernel does for others is called by itself,
 * and the way there is that of other undefined instructions, as probes are.
 */
static void the_kernel_can_carry_out_swp(void **state)
{
	static unsigned int word = 5;
	struct user_regs registers = { .uregs = { [1] = (unsigned long)&word, [2] = 7, [15] = 0x8000, [16] = USR_MODE } };
	unsigned long before = emulated_swaps();

	(void)state;
	assert_int_equal(call(lookup("swp_handler"), &registers, SWP_R0_R2_AT_R1), 0);
	assert_int_equal(word, 7);
	assert_int_equal(registers.uregs[0], 5);
	assert_int_equal(registers.uregs[15], 0x8004);
	assert_int_equal(emulated_swaps(), before + 1);
}

/* The CPU refuses several words at such an address; the kernel reads them one by one */
static void words_at_any_address(void **state)
{
	static unsigned char bytes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	unsigned int first, second;

	(void)state;
	__asm__ volatile("ldm %[from], {r4, r5}; mov %[first], r4; mov %[second], r5"
			 : [first] "=r"(first), [second] "=r"(second)
			 : [from] "r"(bytes + 1), "m"(bytes)
			 : "r4", "r5");
	assert_int_equal(first, 0x04030201);
	assert_int_equal(second, 0x08070605);
}

static volatile unsigned long interrupted_at;

static void on_alarm(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	interrupted_at = ((ucontext_t *)context)->uc_mcontext.arm_pc;
}

/* What unwinds knows nothing of the gate, but of the vDSO */
static void signal_handlers_see_the_vdso(void **state)
{
	struct sigaction action = { .sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO };
	struct itimerval soon = { .it_value = { .tv_usec = 50000 } };

	(void)state;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(pass(SYS_pause), -EINTR);
	assert_true(is_in_vdso(interrupted_at));
}

/* getppid() is refused by the filter; a called function is no system call, whatever R7 says */
static void filters_see_system_calls_and_no_functions(void **state)
{
	const struct sock_filter instructions[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTNAM),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)NR_OF_CALLED_FUNCTION, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = { sizeof(instructions) / sizeof(*instructions), (struct sock_filter *)instructions };
	unsigned long int_sqrt = lookup("int_sqrt"), msleep = lookup("msleep");
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (pass(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter))
			_exit(1);
		call(msleep, 20);
		_exit(pass(SYS_getppid) != -ENOTNAM || call(int_sqrt, 81) != 9 ? 2 : 0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

/* Until the child makes system call NUMBER; how many stops there were before */
static int stops_before(pid_t child, unsigned long number, struct user_regs *ret)
{
	int status, stops = 0;

	for (;; stops++) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		waitpid(child, &status, 0);
		if (!WIFSTOPPED(status))
			fail_msg("status %#x", status);
		ptrace(PTRACE_GETREGS, child, NULL, ret);
		if (ret->uregs[7] == number)
			return stops;
	}
}

static pid_t start_traced(void (*run)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		run();
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSTOPPED(status));
	return child;
}

static void call_and_ask(void)
{
	unsigned long int_sqrt = lookup("int_sqrt"), msleep = lookup("msleep");

	pass(SYS_getppid);
	call(msleep, 20);
	call(int_sqrt, 81);
	pass(SYS_getuid);
}

static void tracers_see_system_calls_and_no_functions(void **state)
{
	struct user_regs registers;
	pid_t child = start_traced(call_and_ask);

	(void)state;
	stops_before(child, SYS_getppid, &registers);
	assert_true(is_in_vdso(registers.uregs[15]));
	/* The end of that call, and nothing else */
	assert_int_equal(stops_before(child, SYS_getuid, &registers), 1);
	assert_true(is_in_vdso(registers.uregs[15]));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void do_nothing(void)
{
}

/* In SYS mode, they would never trigger */
static void hardware_breakpoints_are_refused(void **state)
{
	/* Numbers of address registers: of a breakpoint, and of a watchpoint */
	static const long numbers[] = { 1, -1 };
	pid_t child = start_traced(do_nothing);
	unsigned long address = (unsigned long)do_nothing & ~3UL;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		errno = 0;
		assert_int_equal(ptrace(PTRACE_SETHBPREGS, child, (void *)numbers[i], &address), -1);
		assert_int_equal(errno, EOPNOTSUPP);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* KiB of huge pages in all of the process */
static long huge_kib(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "AnonHugePages: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* The mark that is in the way of executing them is in another place than that of others */
static void huge_pages_are_executed(void **state)
{
	static const unsigned int return_42[] = { 0xe3a0002a, 0xe12fff1e };
	/* Off where there is little memory */
	int enabled = open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY | O_CLOEXEC);
	char *memory, *huge;

	(void)state;
	if (enabled < 0)
		skip();
	assert_int_equal(write(enabled, "madvise", 7), 7);
	close(enabled);
	memory = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	huge = (char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));
	assert_int_equal(madvise(huge, HUGE, MADV_HUGEPAGE), 0);
	for (size_t at = 0; at < HUGE; at += PAGE)
		memcpy(huge + at, return_42, sizeof(return_42));
	assert_int_equal(huge_kib(), HUGE / 1024);
	__builtin___clear_cache(huge, huge + HUGE);
	for (size_t at = 0; at < HUGE; at += PAGE)
		assert_int_equal(((int (*)(void))(huge + at))(), 42);
	munmap(memory, 2 * HUGE);
}

static volatile bool enough;

/* Directly, on the program's stack: that is where it is interrupted nearly always */
static void *compute(void *function)
{
	unsigned long (*int_sqrt)(unsigned long) = function;

	while (!enough)
		if (int_sqrt(0x7fffffff) != 46340)
			return "wrong";
	return NULL;
}

static void backtraces_end_before_the_programs_stack(void **state)
{
	/* A kernel of Thumb code has gates of it */
	unsigned long int_sqrt = lookup("int_sqrt") | (getauxval(AT_KML_CALL_GATE) & 1);
	int trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	pthread_t thread;
	void *problem;

	(void)state;
	assert_true(trigger >= 0);
	pthread_create(&thread, NULL, compute, (void *)int_sqrt);
	for (int i = 0; i < 20; i++) {
		usleep(10000);
		assert_int_equal(write(trigger, "l", 1), 1);
	}
	enough = true;
	pthread_join(thread, &problem);
	assert_null(problem);
	close(trigger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swp_is_carried_out),
		cmocka_unit_test(the_kernel_can_carry_out_swp),
		cmocka_unit_test(words_at_any_address),
		cmocka_unit_test(signal_handlers_see_the_vdso),
		cmocka_unit_test(filters_see_system_calls_and_no_functions),
		cmocka_unit_test(tracers_see_system_calls_and_no_functions),
		cmocka_unit_test(hardware_breakpoints_are_refused),
		cmocka_unit_test(huge_pages_are_executed),
		cmocka_unit_test(backtraces_end_before_the_programs_stack),
	};

	by_gate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
