// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * traced WAY SCENE [traced]: does a fixed sequence of things, all its own system calls
 * by the gate or by the instruction, to be looked at by others. What it uses
 * lies at fixed addresses, so that all runs look the same.
 */
#include "passage.h"

#include <fcntl.h>
#include <kml/abi.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buffer[64];
static int fds[2];
static const struct timespec moment = { .tv_nsec = 1000000 }, ages = { .tv_sec = 1000 };
/* Far longer than the timer that interrupts it, which has to be longer than a loaded machine takes to get there */
static const struct timespec while_ = { .tv_sec = 1, .tv_nsec = 500000000 };
static struct timespec remaining;
static struct itimerval soon = { .it_value = { .tv_usec = 300000 } };
static unsigned int word = 5;

/* Shows a value to whoever watches our system calls */
static void tell(long value)
{
	pass(SYS_close, value | 0x40000000);
}

static void on_signal(int number)
{
	pass(SYS_getuid);
	if (number == SIGALRM)
		pass(SYS_write, fds[1], "x", 1);
}

static void handle(int number, int flags)
{
	static struct sigaction action;

	action.sa_handler = on_signal;
	action.sa_flags = flags;
	sigaction(number, &action, NULL);
}

static void scene_calls(void)
{
	static char page[] = "/dev/zero";
	long fd;

	tell(pass(SYS_getuid));
	tell(pass(SYS_umask, 022));
	pass(SYS_openat, AT_FDCWD, "/nowhere", O_RDONLY, 0);
	fd = pass(SYS_openat, AT_FDCWD, page, O_RDONLY, 0);
	pass(SYS_read, fd, buffer, 10);
	pass(SYS_pread64, fd, buffer, 8, 77);
	pass(SYS_mmap, 0x10000000, 8192, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 4096);
	pass(SYS_mprotect, 0x10000000, 4096, PROT_NONE);
	pass(SYS_read, fd, 0x10000000, 10);
	pass(SYS_munmap, 0x10000000, 8192);
	pass(SYS_ioctl, fd, 0x5401, buffer);
	pass(SYS_write, -1, buffer, 1);
	pass(SYS_write, 1, 16, 1);
	/* addresses of the kernel, and of nobody */
	pass(SYS_read, fd, 0xffffffff81000000, 8);
	pass(SYS_read, fd, 0x800000000000, 8);
	pass(SYS_read, fd, -1L, 8);
	pass(SYS_close, fd);
	pass(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 5, &moment, 0x1234, 0x5678);
	pass(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, &remaining);
	/* numbers that are none; only the lower half counts */
	tell(pass(9999));
	tell(pass(-1L));
	tell(pass(0x40000000 | SYS_getuid));
	tell(pass(0x7fffffff));
	tell(pass(0x100000000 | SYS_getuid));
	tell(pass(-(1L << 32) | SYS_getuid));
	tell(pass(512));

	handle(SIGUSR1, 0);
	pass(SYS_tkill, getpid(), SIGUSR1);
	pass(SYS_pipe2, fds, O_NONBLOCK);
	pass(SYS_read, fds[0], buffer, 1);
	pass(SYS_fcntl, fds[0], F_SETFL, 0);
	/* not restarted, restarted, and restarted by restart_syscall */
	handle(SIGALRM, 0);
	pass(SYS_setitimer, ITIMER_REAL, &soon, NULL);
	tell(pass(SYS_nanosleep, &ages, NULL));
	pass(SYS_read, fds[0], buffer, 1);
	handle(SIGALRM, SA_RESTART);
	pass(SYS_setitimer, ITIMER_REAL, &soon, NULL);
	tell(pass(SYS_read, fds[0], buffer, 1));
	signal(SIGALRM, SIG_IGN);
	pass(SYS_setitimer, ITIMER_REAL, &soon, NULL);
	tell(pass(SYS_nanosleep, &while_, NULL));
	pass(SYS_exit_group, 7);
}

static void reap(long child)
{
	int status;

	pass(SYS_wait4, child, &status, __WALL, NULL);
	tell(status);
}

/*
 * fork, vfork or clone, with a child that exits with 13 at once, by the
 * instruction: a child on the stack of its parent must not call anything. One
 * on a new stack finds the return address of the gate there.
 */
static long born(long number, long flags, char *stack)
{
	long child = number;

	if (passage_gate)
		__asm__ volatile("test %%rsi, %%rsi; jz 1f\n\t"
				 "lea 2f(%%rip), %%rdx; mov %%rdx, (%%rsi); xor %%edx, %%edx\n"
				 "1:\tcall *%%rbx\n"
				 "2:\ttest %%eax, %%eax; jnz 3f\n\t"
				 "mov $60, %%eax; mov $13, %%edi; syscall\n"
				 "3:"
				 : "+a"(child), "+S"(stack)
				 : "b"(passage_gate), "D"(flags), "d"(0)
				 : "rcx", "r11", "memory", "cc");
	else
		__asm__ volatile("syscall; test %%eax, %%eax; jnz 3f\n\t"
				 "mov $60, %%eax; mov $13, %%edi; syscall\n"
				 "3:"
				 : "+a"(child)
				 : "D"(flags), "S"(stack), "d"(0)
				 : "rcx", "r11", "memory", "cc");
	return child;
}

static void scene_children(void)
{
	static char *const arguments[] = { "true", NULL };
	static char stack[16384] __attribute__((aligned(16)));
	long child;

	tell(pass(SYS_getuid));
	signal(SIGUSR2, SIG_IGN);
	child = pass(SYS_fork);
	if (child == 0)
		pass(SYS_exit_group, 11);
	reap(child);
	child = pass(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		pass(SYS_execve, "/nowhere", arguments, NULL);
		pass(SYS_execve, "/bin/busybox", arguments, NULL);
	}
	reap(child);
	reap(born(SYS_vfork, 0, NULL));
	reap(born(SYS_clone, CLONE_VM | SIGUSR2, stack + sizeof(stack) - 16));
	pass(SYS_exit_group, 12);
}

/* Long enough for interrupts, then its stack, then a system call: whatever registers its tracer has given to it */
static void scene_registers(void)
{
	unsigned long count = 300000;

	__asm__ volatile("1: dec %0; jnz 1b; push %%rax; pop %%rax" : "+r"(count) : : "memory", "cc");
	tell(pass(SYS_getuid));
	pass(SYS_exit_group, 9);
}

/*
 * A system call with 1 in nine registers that it preserves; returns the sum of
 * what is in them behind it. The result of the call goes to steady_result.
 */
long steady_sum(long number, const void *first, long second);
long steady_result;

__asm__(".pushsection .text\n"
	"steady_sum:\n\t"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n\t"
	"mov %rdi, %rax; mov %rsi, %rdi; mov %rdx, %rsi; xor %edx, %edx\n\t"
	"mov $1, %ebx; mov $1, %ebp; mov $1, %r12d; mov $1, %r13d; mov $1, %r14d; mov $1, %r15d\n\t"
	"mov $1, %r8d; mov $1, %r9d; mov $1, %r10d\n\t"
	"cmpq $0, passage_gate; je 1f; call *passage_gate; jmp 2f\n"
	"1:\tsyscall\n"
	"2:\tmov %rax, steady_result\n\t"
	"lea (%rbx, %rbp), %rax; add %r12, %rax; add %r13, %rax; add %r14, %rax; add %r15, %rax\n\t"
	"add %r8, %rax; add %r9, %rax; add %r10, %rax\n\t"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n\t"
	"ret\n\t"
	".popsection");

/* Says by its exit status whether its tracer has put 0x100 into these registers, or left them alone */
static void steady(long number, const void *first, long second)
{
	long sum = steady_sum(number, first, second);

	if (number == SYS_fork && steady_result == 0)
		_exit(23);
	_exit(sum == 0x900 ? 20 : sum == 9 ? 21 : 22);
}

static void scene_steady(void)
{
	steady(SYS_getuid, NULL, 0);
}

static void scene_steady_sleep(void)
{
	steady(SYS_nanosleep, &ages, 0);
}

static void scene_steady_fork(void)
{
	steady(SYS_fork, NULL, 0);
}

static void scene_steady_signal(void)
{
	handle(SIGUSR1, 0);
	steady(SYS_tkill, (void *)(long)getpid(), SIGUSR1);
}

/* What breakpoints are set on, and what is watched */
__attribute__((noinline)) long marked(long value);
long marked(long value)
{
	__asm__ volatile("" : "+r"(value));
	return value + 1;
}

volatile long watched[4];

/* Its tracer learns the addresses from the arguments of the first call, and sets what it wants then */
static void scene_points(void)
{
	long sum = 0;

	pass(SYS_close, 0x40000000, marked, watched, passage);
	for (long i = 0; i < 3; i++) {
		sum += marked(i);
		watched[0] = i;
		pass(SYS_getuid);
	}
	sum += watched[1];
	pass(SYS_getrandom, watched + 2, sizeof(long), 0); /* written by the kernel */
	pass(SYS_write, -1, watched + 2, sizeof(long));
	tell(sum);
	pass(SYS_exit_group, (int)sum);
}

__attribute__((noinline)) long stumble(long depth);
long stumble(long depth)
{
	if (depth == 0)
		return *(volatile long *)(16 + watched[0]) = 1;
	return stumble(depth - 1) + marked(depth);
}

/* Ends by a fault, three calls deep */
static void scene_stumble(void)
{
	pass(SYS_getuid);
	watched[0] = 0;
	pass(SYS_exit_group, stumble(3));
}

/* Tells what it reads, in a system call that is the subject when standard input is its own /proc/PID/syscall */
static void scene_itself(void)
{
	static char text[4096];
	long length = pass(SYS_read, STDIN_FILENO, text, sizeof(text));

	if (length > 0)
		(void)!write(STDOUT_FILENO, text, (size_t)length);
}

/* Blocked in a system call until someone ends it */
static void scene_sleep(void)
{
	handle(SIGUSR1, 0);
	for (;;)
		tell(pass(SYS_nanosleep, &ages, NULL));
}

static long call_kernel(unsigned long function, const void *argument)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	long result = (long)function;

	__asm__ volatile("call *%%rbx"
			 : "+a"(result), "+D"(argument)
			 : "b"(gate)
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return result;
}

static unsigned long kernel_function;

static void find_kernel_function(void)
{
	if (passage_gate)
		kernel_function = (unsigned long)call_kernel(getauxval(AT_KML_LOOKUP), "int_sqrt");
}

/* A bit of all, for some tenths of a second: its own instructions, system calls, page faults, and a kernel function */
static void scene_work(void)
{
	long sum = 0;

	find_kernel_function();
	for (int round = 0; round < 100; round++) {
		char *fresh = (char *)pass(SYS_mmap, 0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; i < 16384; i += 4096)
			fresh[i] = 1;
		for (int i = 0; i < 100; i++)
			pass(SYS_getuid);
		for (int i = 0; i < 100 && kernel_function; i++)
			call_kernel(kernel_function, (void *)10000);
		for (long i = 0; i < 50000; i++)
			sum += marked(i);
		pass(SYS_munmap, fresh, 16384);
	}
	pass(SYS_exit_group, sum == 0);
}

/* Few enough to be counted */
static void scene_few(void)
{
	find_kernel_function();
	for (int i = 0; i < 5; i++) {
		pass(SYS_getuid);
		if (kernel_function)
			call_kernel(kernel_function, (void *)10000);
	}
	pass(SYS_exit_group, 0);
}

static const struct {
	const char *name;
	void (*play)(void);
} scenes[] = {
	{ "calls", scene_calls },
	{ "children", scene_children },
	{ "few", scene_few },
	{ "itself", scene_itself },
	{ "points", scene_points },
	{ "registers", scene_registers },
	{ "sleep", scene_sleep },
	{ "steady", scene_steady },
	{ "steady-fork", scene_steady_fork },
	{ "steady-signal", scene_steady_signal },
	{ "steady-sleep", scene_steady_sleep },
	{ "stumble", scene_stumble },
	{ "work", scene_work },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 97;
	passage_choose(argv[1]);
	if (argc > 3)
		__asm__ volatile("int3"); /* its tracer's attention */
	for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++)
		if (!strcmp(argv[2], scenes[i].name))
			scenes[i].play();
	return 96;
}
