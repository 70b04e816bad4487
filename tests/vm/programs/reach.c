// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reach PROGRAM ROLE: starts PROGRAM, which is this one again, and tries to look and reach into it in all the ways that
 * there are. What each comes to is printed: "works", or the error. ROLE is what the started one does first: nothing
 * ("plain"), makes itself dumpable ("dumpable"), the same before both give all capabilities up ("powerless"), or asks to be
 * traced ("asks").
 */
#include <errno.h>
#include <fcntl.h>
#include <kml/kml.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY "ready"

/* That there is nothing at an address is no question of permission any more */
static void say(const char *name, long result)
{
	printf("%s: %s\n", name, result >= 0 || errno == EFAULT ? "works" : strerrorname_np(errno));
}

static long attach(pid_t child, long request)
{
	if (ptrace(request, child, NULL, NULL))
		return -1;
	if (request == PTRACE_SEIZE)
		ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
	waitpid(child, NULL, 0);
	return ptrace(PTRACE_DETACH, child, NULL, NULL);
}

static long use_file(pid_t child, const char *name, int flags)
{
	char path[64], bytes[16];
	int file;
	long result;

	snprintf(path, sizeof(path), "/proc/%d/%s", child, name);
	file = open(path, flags | O_CLOEXEC);
	if (file < 0)
		return -1;
	result = strcmp(name, "mem") == 0 ? 0 : read(file, bytes, sizeof(bytes));
	close(file);
	return result;
}

static long copy(pid_t child, long number)
{
	static long target;
	struct iovec here = { &target, sizeof(target) };

	return syscall(number, child, &here, 1, &here, 1, 0);
}

static long take_file(pid_t child)
{
	long handle = syscall(SYS_pidfd_open, child, 0), file = syscall(SYS_pidfd_getfd, handle, STDOUT_FILENO, 0);

	close((int)handle);
	if (file >= 0)
		close((int)file);
	return file;
}

static void try_all(pid_t child)
{
	say("attach", attach(child, PTRACE_ATTACH));
	say("seize", attach(child, PTRACE_SEIZE));
	say("memory, by file", use_file(child, "mem", O_RDWR));
	say("memory, read", copy(child, SYS_process_vm_readv));
	say("memory, written", copy(child, SYS_process_vm_writev));
	say("an open file", take_file(child));
	say("auxiliary vector", use_file(child, "auxv", O_RDONLY));
	say("maps", use_file(child, "maps", O_RDONLY));
	say("environment", use_file(child, "environ", O_RDONLY));
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	if (syscall(SYS_capset, &header, none))
		exit(1);
}

/* What the one that is reached into does */
static int be_reached(const char *role)
{
	printf("ring: %u\n", kml_cpl());
	if (strcmp(role, "dumpable") == 0 || strcmp(role, "powerless") == 0)
		say("makes itself dumpable", prctl(PR_SET_DUMPABLE, 1));
	if (strcmp(role, "powerless") == 0)
		drop_capabilities();
	if (strcmp(role, "asks") == 0)
		say("asks to be traced", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	puts(READY);
	fflush(stdout);
	pause();
	return 0;
}

static pid_t start(const char *program, char *role, int *ret_output)
{
	char *arguments[] = { (char *)program, role, NULL };
	int ends[2];
	pid_t child;

	if (pipe(ends))
		exit(1);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execv(program, arguments);
		_exit(127);
	}
	close(ends[1]);
	*ret_output = ends[0];
	return child;
}

int main(int argc, char **argv)
{
	char line[64];
	pid_t child;
	FILE *said;
	int output;

	if (argc == 2)
		return be_reached(argv[1]);
	if (argc != 3) {
		fprintf(stderr, "usage: reach PROGRAM plain|dumpable|powerless|asks\n");
		return 64;
	}
	child = start(argv[1], argv[2], &output);
	said = fdopen(output, "r");
	while (fgets(line, sizeof(line), said) && strcmp(line, READY "\n") != 0)
		fputs(line, stdout);
	if (strcmp(argv[2], "powerless") == 0)
		drop_capabilities();
	if (strcmp(argv[2], "asks") != 0)
		try_all(child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
