// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * chain: asks its parent to trace it, and waits. The parent, a trusted program, then executes "chain PID" of its user's,
 * which is the tracer now, if that was not refused, and sets the registers of the process that asked.
 */
#include "kernel-mode.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/procfs.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

__attribute__((noreturn)) static void be_traced(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	for (;;)
		pause();
}

/* A disabled kernel mode leaves only the model to say what the process is */
static bool is_in_kernel_mode(const char *pid)
{
	char exe[64] = "";

	strcat(strcat(exe, pid), "/exe");
	return !kernel_mode_is_disabled() || old_rule_trusts(exe);
}

static int trace(const char *argument)
{
	elf_gregset_t registers;
	pid_t pid = (pid_t)atol(argument);
	bool trusted = is_in_kernel_mode(argument);
	int status;

	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return EXIT_FAILURE;
	if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) || ptrace(PTRACE_SETREGS, pid, NULL, &registers))
		status = IN_USER_MODE;
	else
		status = trusted ? IN_KERNEL_MODE : IN_USER_MODE;
	kill(pid, SIGKILL);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return trace(argv[1]);
	be_traced();
}
