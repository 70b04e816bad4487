// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stepper PROGRAM: runs PROGRAM three times from its INT3 on: stepped to its
 * end, with system-call stops, and sent to an address that no program can
 * have. The tracee must look like any process, and end as it would.
 */
#include <stdio.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;

static pid_t start(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(program, program, (char *)NULL);
		_exit(99);
	}
	waitpid(child, &status, 0);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	waitpid(child, &status, 0);
	return child;
}

static int fail(const char *what, long value)
{
	printf("FAIL  %s: %#lx\n", what, value);
	return 1;
}

static int step_through(void)
{
	struct user_regs_struct regs;
	long steps = 0, stops_in_kernel_text = 0;
	int status;
	pid_t child = start();

	for (;; steps++) {
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		if (regs.cs != 0x33 || regs.ss != 0x2b)
			return fail("the tracee's CS", (long)regs.cs);
		stops_in_kernel_text += (long)regs.rip < 0;
		ptrace(PTRACE_SINGLESTEP, child, NULL, NULL);
		if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) != SIGTRAP)
			return fail("a stop that is no step", WSTOPSIG(status));
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		return fail("status after stepping", status);
	printf("ok    %ld steps, %ld of them in kernel text\n", steps, stops_in_kernel_text);
	return steps < 500;
}

static int stop_at_system_calls(void)
{
	struct user_regs_struct regs;
	int status, getpids = 0;
	pid_t child = start();

	for (;;) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
			break;
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		getpids += regs.orig_rax == 39;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		return fail("status after system-call stops", status);
	/* each of the 20 through the gate stops at entry and exit */
	if (getpids < 40)
		return fail("system calls through the gate that stopped", getpids);
	printf("ok    system calls through the gate stop the tracee\n");
	return 0;
}

static int send_nowhere(void)
{
	struct user_regs_struct regs;
	int status;
	pid_t child = start();

	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	regs.rip = 0x800000000000;
	ptrace(PTRACE_SETREGS, child, NULL, &regs);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	waitpid(child, &status, 0);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSEGV)
		return fail("status at an impossible address", status);
	ptrace(PTRACE_KILL, child, NULL, NULL);
	waitpid(child, &status, 0);
	printf("ok    an impossible address is a fault of the program\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	program = argv[1];
	return step_through() + stop_at_system_calls() + send_nowhere();
}
