// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * forge HOW: comes back from a signal, or from a stop of a tracer, with registers that say ring 0. The exit status says
 * whether it was believed: that of an attack, or of a signal.
 */
#include <err.h>
#include <kml/kml.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "kernel-mode.h"

/* __KERNEL_CS and __KERNEL_DS */
enum { KERNEL_CS = 0x10, KERNEL_SS = 0x18 };

static _Alignas(16) char stack[16384];
static int wants_ss, wants_kernel_stack;

/* The model says nothing about registers: the CPU counts */
static void landed(void)
{
	_exit(kml_cpl() == 0 ? IN_KERNEL_MODE : IN_USER_MODE);
}

static void on_signal(int number, siginfo_t *info, void *data)
{
	greg_t *registers = ((ucontext_t *)data)->uc_mcontext.gregs;
	uint64_t segments = (uint64_t)registers[REG_CSGSFS] & 0x0000ffffffff0000;

	(void)number;
	(void)info;
	segments |= KERNEL_CS;
	if (wants_ss)
		segments |= (uint64_t)KERNEL_SS << 48;
	else
		segments |= (uint64_t)registers[REG_CSGSFS] & 0xffff000000000000;
	registers[REG_CSGSFS] = (greg_t)segments;
	registers[REG_RIP] = (greg_t)landed;
	registers[REG_RSP] = wants_kernel_stack ? (greg_t)0xffffc90000000ff8 : (greg_t)(stack + sizeof(stack) - 8);
}

static int return_from_signal(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	return IN_USER_MODE;
}

/* Each register that could say it, by itself: one refusal must not hide what another would do */
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
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.cs), KERNEL_CS);
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.ss), KERNEL_SS);
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user, regs.eflags), 0x3202);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	if (!strcmp(argv[1], "stop"))
		return return_from_stop();
	wants_ss = !strcmp(argv[1], "segments");
	wants_kernel_stack = !strcmp(argv[1], "stack");
	return return_from_signal();
}
