// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * forge HOW: comes back from a signal, or from a stop of a tracer, with registers that say kernel mode. The exit status says
 * whether it was believed: that of an attack, or of a signal.
 */
#include <err.h>
#include <kml/kml.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "kernel-mode.h"

static _Alignas(16) char stack[16384];
static const char *how;

/* The model says nothing about registers: the CPU counts */
static void landed(void)
{
	_exit(kml_cpl() == 0 ? IN_KERNEL_MODE : IN_USER_MODE);
}

static bool wants(const char *what)
{
	return strcmp(how, what) == 0;
}

#ifdef __x86_64__
#define KERNEL_STACK	0xffffc90000000ff8

/* __KERNEL_CS and __KERNEL_DS */
enum { KERNEL_CS = 0x10, KERNEL_SS = 0x18 };

static void change(mcontext_t *context)
{
	greg_t *registers = context->gregs;
	uint64_t segments = (uint64_t)registers[REG_CSGSFS] & 0x0000ffffffff0000;

	segments |= KERNEL_CS;
	if (wants("segments"))
		segments |= (uint64_t)KERNEL_SS << 48;
	else
		segments |= (uint64_t)registers[REG_CSGSFS] & 0xffff000000000000;
	registers[REG_CSGSFS] = (greg_t)segments;
	registers[REG_RIP] = (greg_t)landed;
	registers[REG_RSP] = wants("stack") ? (greg_t)KERNEL_STACK : (greg_t)(stack + sizeof(stack) - 8);
}

/* Each register that could say it, by itself: one refusal must not hide what another would do */
static void change_stopped(pid_t child)
{
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.cs), KERNEL_CS);
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.ss), KERNEL_SS);
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.eflags), 0x3202);
}
#else /* ARM */
#define KERNEL_STACK	0xc0201ff8

/* Modes of the PSR, and the mask of interrupts */
enum { MODE_SVC = 0x13, MODE_SYS = 0x1f, MASKED = 0x80, PSR = 16, MODE = 0x1f, THUMB = 0x20 };

static unsigned long privileged(unsigned long psr)
{
	psr &= ~(unsigned long)(MODE | THUMB);
	return psr | (wants("segments") ? MODE_SVC : MODE_SYS) | (wants("segments") ? MASKED : 0) |
		((uintptr_t)landed & 1 ? THUMB : 0);
}

static void change(mcontext_t *context)
{
	context->arm_cpsr = privileged(context->arm_cpsr);
	context->arm_pc = (uintptr_t)landed & ~(uintptr_t)1;
	context->arm_sp = wants("stack") ? KERNEL_STACK : (uintptr_t)(stack + sizeof(stack) - 8);
}

/* By the register alone, and all of them at once */
static void change_stopped(pid_t child)
{
	struct user_regs registers;

	ptrace(PTRACE_POKEUSER, child, PSR * sizeof(long), MODE_SYS);
	ptrace(PTRACE_GETREGS, child, NULL, &registers);
	registers.uregs[PSR] = privileged(registers.uregs[PSR]);
	ptrace(PTRACE_SETREGS, child, NULL, &registers);
}
#endif

static void on_signal(int number, siginfo_t *info, void *data)
{
	(void)number;
	(void)info;
	change(&((ucontext_t *)data)->uc_mcontext);
}

static int return_from_signal(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	return IN_USER_MODE;
}

static int return_from_stop(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		landed();
	}
	waitpid(child, &status, 0);
	change_stopped(child);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	how = argv[1];
	return wants("stop") ? return_from_stop() : return_from_signal();
}
