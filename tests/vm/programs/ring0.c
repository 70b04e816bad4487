// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What only a program at CPL 0 can do to itself: interrupts off, flags and
 * stacks that no program has at a gate, a way down to ring 3. The line behind
 * each attempt is what it has to come to.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "addresses.h"
#include "call.h"
#include "outcome.h"

#define FLAG_INTERRUPTS 0x200

unsigned long syscall_gate, call_gate, hex_to_bin;
static volatile sig_atomic_t caught;

static unsigned long flags_now(void)
{
	unsigned long flags;

	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; popq %0; lea 128(%%rsp), %%rsp" : "=r"(flags) : : "memory");
	return flags;
}

static void count(int number)
{
	(void)number;
	caught++;
}

/* Interrupts off */

#define INTERRUPTS_OFF(name, code) \
	static long name(void) \
	{ \
		__asm__ volatile("lea -128(%%rsp), %%rsp; cli\n" code "\nlea 128(%%rsp), %%rsp" \
				 : \
				 : "D"(-1L), "S"(0L), "d"(0L) \
				 : "rax", "rcx", "rbx", "r8", "r9", "r10", "r11", "memory", "cc"); \
		return !!(flags_now() & FLAG_INTERRUPTS); \
	}

INTERRUPTS_OFF(cli_and_syscall_gate, "movl $39, %%eax; call *syscall_gate(%%rip)")
INTERRUPTS_OFF(cli_and_call_gate, "movq hex_to_bin(%%rip), %%rax; call *call_gate(%%rip)")
INTERRUPTS_OFF(cli_and_system_call, "movl $39, %%eax; syscall")
INTERRUPTS_OFF(cli_and_system_call_that_sleeps, "movl $7, %%eax; xorl %%edi, %%edi; movl $20, %%edx; syscall")
INTERRUPTS_OFF(cli_and_gate_that_sleeps, "movl $7, %%eax; xorl %%edi, %%edi; movl $20, %%edx; call *syscall_gate(%%rip)")
INTERRUPTS_OFF(cli_and_undefined, "ud2")
INTERRUPTS_OFF(cli_and_null, "movq %%rdi, %%rax; movl $1, (%%rsi)")
INTERRUPTS_OFF(halt, "sti; hlt")

static long cli_and_exit(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		__asm__ volatile("cli; movl $231, %%eax; movl $7, %%edi; syscall" : : : "memory");
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static long cli_and_fork(void)
{
	int status = 0;
	long pid = SYS_fork;

	__asm__ volatile("cli; syscall" : "+a"(pid) : : "rcx", "r11", "memory");
	if (pid == 0)
		_exit(7);
	waitpid((pid_t)pid, &status, 0);
	return WEXITSTATUS(status);
}

static void cli_in_handler(int number)
{
	(void)number;
	__asm__ volatile("cli" : : : "memory");
}

static long cli_in_a_handler(void)
{
	signal(SIGUSR1, cli_in_handler);
	raise(SIGUSR1);
	return !!(flags_now() & FLAG_INTERRUPTS);
}

static long cli_through_a_tick(void)
{
	struct timespec start, now;

	/* No tick comes; then all that was due does */
	clock_gettime(CLOCK_MONOTONIC, &start);
	__asm__ volatile("cli; movl $3000000, %%ecx; 1: loop 1b; sti" : : : "rcx", "memory", "cc");
	clock_gettime(CLOCK_MONOTONIC, &now);
	usleep(1000);
	return now.tv_sec - start.tv_sec < 10;
}

/* Gates that are jumped to, on stacks that are none: whatever they do, it is the program that dies */

static long jump_to(unsigned long gate, unsigned long rsp, unsigned long number)
{
	__asm__ volatile("movq %0, %%rsp; jmp *%1" : : "r"(rsp), "r"(gate), "a"(number), "D"(48L) : "memory");
	__builtin_unreachable();
}

#define JUMP(name, rsp) \
	static long syscall_gate_##name(void) \
	{ \
		return jump_to(syscall_gate, rsp, SYS_getpid); \
	} \
	static long call_gate_##name(void) \
	{ \
		return jump_to(call_gate, rsp, hex_to_bin); \
	}

JUMP(at_0, 0)
JUMP(at_8, 8)
JUMP(nowhere, 0x10000)
JUMP(not_canonical, NOT_CANONICAL)
JUMP(in_kernel, KERNEL_HOLE)
JUMP(last, -8UL)

/* Flags at the gates */

static long gates_with_flags(unsigned long flags)
{
	long digit = (long)hex_to_bin, pid = SYS_getpid;

	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq %1, (%%rsp); popfq; call *syscall_gate(%%rip)\n"
			 "pushfq; andl $~0x44500, (%%rsp); popfq; lea 128(%%rsp), %%rsp"
			 : "+a"(pid)
			 : "b"(flags)
			 : "rcx", "r11", "memory", "cc");
	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq %1, (%%rsp); popfq; call *call_gate(%%rip)\n"
			 "pushfq; andl $~0x44500, (%%rsp); popfq; lea 128(%%rsp), %%rsp"
			 : "+a"(digit)
			 : "b"(flags), "D"((long)'c')
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return (int)digit == 12 && pid == getpid();
}

static long gates_with_direction(void)
{
	return gates_with_flags(0x400);
}

static long gates_with_nested_task(void)
{
	return gates_with_flags(0x4000);
}

static long gates_with_alignment_check(void)
{
	return gates_with_flags(0x40000);
}

static long gates_with_all(void)
{
	return gates_with_flags(0x44400);
}

static long gates_while_stepping(void)
{
	signal(SIGTRAP, count);
	return gates_with_flags(0x100) && caught > 4;
}

static long gates_with_odd_stacks(void)
{
	static char stack[8192];
	long bad = 0;

	for (unsigned long odd = 0; odd < 16; odd++) {
		long digit = (long)hex_to_bin, pid = SYS_getpid;

		__asm__ volatile("movq %%rsp, %%rbp; movq %1, %%rsp; call *syscall_gate(%%rip); movq %%rbp, %%rsp"
				 : "+a"(pid)
				 : "b"(stack + 4096 + odd)
				 : "rcx", "r11", "rbp", "memory", "cc");
		__asm__ volatile("movq %%rsp, %%rbp; movq %1, %%rsp; call *call_gate(%%rip); movq %%rbp, %%rsp"
				 : "+a"(digit)
				 : "b"(stack + 4096 + odd), "D"((long)'c')
				 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "rbp", "memory", "cc");
		bad += (int)digit != 12 || pid != getpid();
	}
	return bad;
}

/* Gates in handlers that interrupted gates */

static unsigned long msleep_interruptible;
static int depth;

static void sleep_deeper(int number)
{
	struct itimerval soon = { .it_value = { .tv_usec = 20000 } };

	caught++;
	if (++depth < 4) {
		setitimer(ITIMER_REAL, &soon, NULL);
		if (number == SIGALRM && !call(msleep_interruptible, 5000))
			caught = 100;
	}
	depth--;
}

static long gates_in_interrupted_gates(void)
{
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = sleep_deeper, .sa_flags = SA_ONSTACK | SA_NODEFER };
	struct itimerval soon = { .it_value = { .tv_usec = 20000 } };

	sigaltstack(&stack, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	return call(msleep_interruptible, 5000) > 0 ? caught : -caught;
}

/* Down to ring 3 by the program itself: the next interrupt or system call brings it back up */

static long sysret(void)
{
	__asm__ volatile("leaq 1f(%%rip), %%rcx; movl $0x202, %%r11d; sysretq; 1:" : : : "rcx", "r11", "memory");
	for (volatile long i = 0; i < 30000000; i++)
		;
	return kml_cpl() + (syscall(SYS_getpid) != getpid());
}

static long iret_to_ring_3(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp; movq %%rsp, %%rax; pushq $0x2b; pushq %%rax; pushfq; pushq $0x33;"
			 "leaq 1f(%%rip), %%rax; pushq %%rax; iretq; 1: lea 128(%%rsp), %%rsp"
			 :
			 :
			 : "rax", "memory", "cc");
	for (volatile long i = 0; i < 30000000; i++)
		;
	return kml_cpl() + (syscall(SYS_getpid) != getpid());
}

/* Kernel functions called like the program's own, without a gate: fine if they are leaves */
static long direct_call_of_a_leaf(void)
{
	long bad = 0;

	for (int i = 0; i < 1000000; i++) {
		int digit = ((int (*)(unsigned char))(uintptr_t)hex_to_bin)((unsigned char)('0' + i % 10));

		bad += digit != i % 10;
	}
	return bad;
}

/* Others need the kernel's GS base, and find the program's */
static long direct_call_of_another(void)
{
	((void (*)(unsigned int))(uintptr_t)lookup("msleep"))(10);
	return 0;
}

#define ATTEMPT(name) { #name, name }
#define JUMPS(name) ATTEMPT(syscall_gate_##name), ATTEMPT(call_gate_##name)

int main(void)
{
	static const struct attempt attempts[] = {
		ATTEMPT(cli_and_syscall_gate),
		ATTEMPT(cli_and_call_gate),
		ATTEMPT(cli_and_system_call),
		ATTEMPT(cli_and_system_call_that_sleeps),
		ATTEMPT(cli_and_gate_that_sleeps),
		ATTEMPT(cli_and_undefined),
		ATTEMPT(cli_and_null),
		ATTEMPT(halt),
		ATTEMPT(cli_and_exit),
		ATTEMPT(cli_and_fork),
		ATTEMPT(cli_in_a_handler),
		ATTEMPT(cli_through_a_tick),
		ATTEMPT(gates_with_direction),
		ATTEMPT(gates_with_nested_task),
		ATTEMPT(gates_with_alignment_check),
		ATTEMPT(gates_with_all),
		ATTEMPT(gates_while_stepping),
		ATTEMPT(gates_with_odd_stacks),
		ATTEMPT(gates_in_interrupted_gates),
		ATTEMPT(direct_call_of_a_leaf),
		ATTEMPT(direct_call_of_another),
		ATTEMPT(sysret),
		ATTEMPT(iret_to_ring_3),
		JUMPS(at_0),
		JUMPS(at_8),
		JUMPS(nowhere),
		JUMPS(not_canonical),
		JUMPS(in_kernel),
		JUMPS(last),
	};

	syscall_gate = getauxval(AT_KML_SYSCALL_GATE);
	call_gate = getauxval(AT_KML_CALL_GATE);
	hex_to_bin = lookup("hex_to_bin");
	msleep_interruptible = lookup("msleep_interruptible");
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
