// SPDX-License-Identifier: GPL-2.0-or-later
/* caller HOW PROGRAM: executes PROGRAM as a caller of a certain kind, and passes its exit status on. */
#include <err.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_filter(void)
{
	struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog program = { .len = 1, .filter = allow };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		err(100, "seccomp");
}

/* The child executes under this tracer; its status is ours */
static int trace(char **argv)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[0], argv);
		_exit(101);
	}
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, child, NULL, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 102;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 103;
	if (!strcmp(argv[1], "traced"))
		return trace(argv + 2);
	if (!strcmp(argv[1], "no_new_privs") && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err(100, "no_new_privs");
	if (!strcmp(argv[1], "seccomp"))
		set_filter();
	if (!strcmp(argv[1], "personality"))
		personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC | ADDR_COMPAT_LAYOUT);
	execv(argv[2], argv + 2);
	err(101, "%s", argv[2]);
}
