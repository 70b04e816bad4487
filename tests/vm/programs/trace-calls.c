// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a tracer sees of system calls: all stops of a fixed sequence, their
 * numbers, arguments and results; that it can change all of these; and the
 * events of children.
 */
#include "observe.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/ptrace.h>
#include <sys/syscall.h>

#define SYSTEM_CALL_STOP (SIGTRAP | 0x80)

/* Process ids differ from run to run: children are numbered as they come */
static pid_t known[32];
static size_t known_count;

static size_t number_of(pid_t pid)
{
	size_t i;

	for (i = 0; i < known_count; i++)
		if (known[i] == pid)
			return i;
	known[known_count++] = pid;
	return i;
}

static void print_value(FILE *out, long value)
{
	for (size_t i = 0; i < known_count; i++) {
		if (known[i] == value) {
			fprintf(out, " pid%zu", i);
			return;
		}
	}
	/* The stack begins elsewhere, as names and auxiliary vectors differ in size */
	if ((unsigned long)value >> 32 == 0x7fff)
		fprintf(out, " stack");
	else
		fprintf(out, " %#lx", value);
}

static void print_system_call(FILE *out, pid_t pid)
{
	struct ptrace_syscall_info info = { 0 };
	struct user_regs_struct regs;
	long size = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		err(1, "registers");
	fprintf(out, "size %ld, arch %#x, cs %#llx, ss %#llx,", size, info.arch, regs.cs, regs.ss);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		fprintf(out, " entry %#llx", (unsigned long long)info.entry.nr);
		for (int i = 0; i < 6; i++)
			print_value(out, (long)info.entry.args[i]);
		fprintf(out, ", rax %lld\n", (long long)regs.rax);
		if (regs.orig_rax != info.entry.nr || regs.rdi != info.entry.args[0] || regs.rsi != info.entry.args[1] ||
		    regs.rdx != info.entry.args[2] || regs.r10 != info.entry.args[3] ||
		    regs.r8 != info.entry.args[4] || regs.r9 != info.entry.args[5])
			fprintf(out, "the registers do not agree\n");
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		fprintf(out, " exit %d", info.exit.is_error);
		print_value(out, (long)info.exit.rval);
		fprintf(out, " of %#llx\n", regs.orig_rax);
		if ((long)regs.rax != (long)info.exit.rval)
			fprintf(out, "the registers do not agree\n");
	} else {
		fprintf(out, " no system call: %d\n", info.op);
	}
	if (regs.rip != info.instruction_pointer || regs.rsp != info.stack_pointer)
		fprintf(out, "the pointers do not agree\n");
}

static void print_event(FILE *out, pid_t pid, int status)
{
	unsigned long message = 0;

	ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message);
	fprintf(out, "event %d", status >> 16);
	if (status >> 16 == PTRACE_EVENT_EXIT)
		fprintf(out, " %#lx\n", message);
	else
		fprintf(out, " pid%zu\n", number_of((pid_t)message));
}

/* The stops of one process, by REQUEST, to its end; those of its children come before its own go on */
static void watch(FILE *out, pid_t pid, long request)
{
	int status, deliver = 0;

	for (;;) {
		if (ptrace(request, pid, NULL, (long)deliver))
			err(1, "resume");
		deliver = 0;
		if (waitpid(pid, &status, __WALL) != pid)
			err(1, "wait");
		fprintf(out, "pid%zu ", number_of(pid));
		if (!WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) == SYSTEM_CALL_STOP) {
			print_system_call(out, pid);
		} else if (status >> 16) {
			unsigned long child;
			int event = status >> 16;

			print_event(out, pid, status);
			if (event != PTRACE_EVENT_FORK && event != PTRACE_EVENT_VFORK && event != PTRACE_EVENT_CLONE)
				continue;
			ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
			if (waitpid((pid_t)child, &status, __WALL) != (pid_t)child)
				err(1, "wait for the child");
			fprintf(out, "pid%zu begins: ", number_of((pid_t)child));
			print_status(out, status);
			watch(out, (pid_t)child, request);
		} else {
			siginfo_t info;

			ptrace(PTRACE_GETSIGINFO, pid, NULL, &info);
			deliver = WSTOPSIG(status);
			fprintf(out, "gets signal %d, code %d\n", deliver, info.si_code);
		}
	}
	print_status(out, status);
}

struct plan {
	const char *scene;
	long request, options;
};

static void follow(FILE *out, const struct way *way, const void *argument)
{
	const struct plan *plan = argument;
	pid_t child = start_traced(way, "traced", plan->scene);

	known_count = 0;
	number_of(child);
	ptrace(PTRACE_SETOPTIONS, child, NULL, plan->options | PTRACE_O_EXITKILL);
	watch(out, child, plan->request);
}

/* Leaves the calls to nobody: each gets its own number as result */
static void emulate(FILE *out, const struct way *way, const void *argument)
{
	pid_t child = start_traced(way, "traced", argument);
	struct user_regs_struct regs;
	int status;

	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
	for (int i = 0; i < 20; i++) {
		ptrace(PTRACE_SYSEMU, child, NULL, NULL);
		waitpid(child, &status, 0);
		print_status(out, status);
		if (!WIFSTOPPED(status))
			return;
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		fprintf(out, "%lld of %#llx, %lld\n", regs.orig_rax, regs.rdi, regs.rax);
		regs.rax = regs.orig_rax;
		ptrace(PTRACE_SETREGS, child, NULL, &regs);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

/* getuid becomes getppid, umask is skipped, openat fails with a made-up error, read reads less */
static void alter(FILE *out, const struct way *way, const void *argument)
{
	pid_t child = start_traced(way, "traced", argument);
	struct user_regs_struct regs;
	bool at_exit = false;
	int status;

	known[0] = child;
	known_count = 1;
	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
	for (;; at_exit = !at_exit) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		waitpid(child, &status, 0);
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != SYSTEM_CALL_STOP)
			break;
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		fprintf(out, "%s %lld:", at_exit ? "exit" : "entry", regs.orig_rax);
		print_value(out, (long)regs.rdi);
		fprintf(out, " ->");
		print_value(out, (long)regs.rax);
		fprintf(out, "\n");
		if (!at_exit && regs.orig_rax == SYS_getuid) {
			regs.orig_rax = SYS_getgid;
		} else if (at_exit && regs.orig_rax == SYS_getgid) {
			regs.rax = 4711;
		} else if (!at_exit && regs.orig_rax == SYS_umask) {
			regs.orig_rax = -1ULL;
			regs.rax = 815;
		} else if (at_exit && regs.orig_rax == SYS_openat) {
			regs.rax = (unsigned long long)-EXFULL;
		} else if (!at_exit && regs.orig_rax == SYS_pread64) {
			regs.rdx = 3;
		} else if (!at_exit && regs.orig_rax == SYS_nanosleep) {
			regs.rdi = 1;
		}
		ptrace(PTRACE_SETREGS, child, NULL, &regs);
		if (!at_exit && regs.orig_rax == SYS_pipe2)
			break;
	}
	print_status(out, status);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

int main(void)
{
	const struct plan calls = { "calls", PTRACE_SYSCALL, PTRACE_O_TRACESYSGOOD };
	const long all_events = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		PTRACE_O_TRACEEXIT | PTRACE_O_TRACEVFORKDONE;
	const struct plan events = { "children", PTRACE_CONT, all_events };
	const struct plan all = { "children", PTRACE_SYSCALL, all_events | PTRACE_O_TRACESYSGOOD };
	int failures = 0;

	failures += same_each_way("system-call stops", follow, &calls, 90);
	failures += same_each_way("system calls that the tracer emulates", emulate, "calls", 30);
	failures += same_each_way("system calls that the tracer alters", alter, "calls", 20);
	failures += same_each_way("events of children", follow, &events, 20);
	failures += same_each_way("system calls and events of children", follow, &all, 40);
	return failures;
}
