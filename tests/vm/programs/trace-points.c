// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Breakpoints written into the program, breakpoints and watchpoints of the
 * CPU's debug registers, and single steps: the same hits each way.
 */
#include "observe.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>

#define DEBUG_REGISTER(n) (offsetof(struct user, u_debugreg) + (size_t)(n) * sizeof(long))

/* CF, PF, AF, ZF, SF and OF: of what is done to the stack pointer, which is another one in each process */
#define ARITHMETIC_FLAGS 0x8d5ULL

enum kind { EXECUTE = 0, WRITE = 1, ACCESS = 3 };

struct addresses {
	unsigned long marked, watched, passage;
};

/* At the exit of the system call in which the program tells its addresses */
static pid_t start(const struct way *way, struct addresses *addresses)
{
	struct user_regs_struct regs;
	pid_t child = start_traced(way, "traced", "points");

	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
	ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	wait_for(child);
	if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
		err(1, "registers");
	*addresses = (struct addresses){ regs.rsi, regs.rdx, regs.r10 };
	ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	wait_for(child);
	return child;
}

static void print_trap(FILE *out, pid_t child, int status, const struct addresses *addresses)
{
	struct user_regs_struct regs;
	siginfo_t info;

	print_status(out, status);
	if (!WIFSTOPPED(status))
		return;
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
	fprintf(out, "code %d, dr6 %#lx", info.si_code,
		(unsigned long)ptrace(PTRACE_PEEKUSER, child, DEBUG_REGISTER(6), NULL));
	if (regs.rip - addresses->marked < 16)
		fprintf(out, ", marked + %llu, argument %llu", regs.rip - addresses->marked, regs.rdi);
	fprintf(out, "\n");
}

static void run_to_end(FILE *out, pid_t child, const struct addresses *addresses)
{
	for (int i = 0; i < 30; i++) {
		int status;

		ptrace(PTRACE_CONT, child, NULL, NULL);
		status = wait_for(child);
		print_trap(out, child, status, addresses);
		if (!WIFSTOPPED(status))
			return;
	}
	kill(child, SIGKILL);
	wait_for(child);
}

/* INT3 at the function: restored, stepped over and set again at each hit */
static void written_breakpoint(FILE *out, const struct way *way, const void *argument)
{
	struct addresses addresses;
	struct user_regs_struct regs;
	pid_t child = start(way, &addresses);
	long code = ptrace(PTRACE_PEEKTEXT, child, addresses.marked, NULL), int3 = (code & ~0xffL) | 0xcc;

	(void)argument;
	for (;;) {
		int status;

		ptrace(PTRACE_POKETEXT, child, addresses.marked, int3);
		ptrace(PTRACE_CONT, child, NULL, NULL);
		status = wait_for(child);
		print_trap(out, child, status, &addresses);
		if (!WIFSTOPPED(status))
			return;
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		regs.rip--;
		ptrace(PTRACE_SETREGS, child, NULL, &regs);
		ptrace(PTRACE_POKETEXT, child, addresses.marked, code);
		ptrace(PTRACE_SINGLESTEP, child, NULL, NULL);
		print_trap(out, child, wait_for(child), &addresses);
	}
}

/* Sets debug register N; prints what the kernel says to it */
static void set_point(FILE *out, pid_t child, int n, unsigned long address, enum kind kind)
{
	unsigned long control = (unsigned long)ptrace(PTRACE_PEEKUSER, child, DEBUG_REGISTER(7), NULL);
	unsigned long length = kind == EXECUTE ? 0 : 2; /* 8 bytes */

	errno = 0;
	ptrace(PTRACE_POKEUSER, child, DEBUG_REGISTER(n), address);
	fprintf(out, "address: %s", strerrorname_np(errno));
	control |= 1UL << (2 * n) | (kind | length << 2) << (16 + 4 * n);
	errno = 0;
	ptrace(PTRACE_POKEUSER, child, DEBUG_REGISTER(7), control);
	fprintf(out, ", control: %s, reads %#lx\n", strerrorname_np(errno),
		(unsigned long)ptrace(PTRACE_PEEKUSER, child, DEBUG_REGISTER(7), NULL));
}

struct point {
	const char *title;
	enum kind kind;
	size_t base, offset; /* what it is on */
	size_t minimum;
};

static void register_point(FILE *out, const struct way *way, const void *argument)
{
	const struct point *point = argument;
	struct addresses addresses;
	pid_t child = start(way, &addresses);

	set_point(out, child, 0, *(unsigned long *)((char *)&addresses + point->base) + point->offset, point->kind);
	run_to_end(out, child, &addresses);
}

static void all_four(FILE *out, const struct way *way, const void *argument)
{
	struct addresses addresses;
	pid_t child = start(way, &addresses);

	(void)argument;
	set_point(out, child, 0, addresses.marked, EXECUTE);
	set_point(out, child, 1, addresses.watched, WRITE);
	set_point(out, child, 2, addresses.watched + 8, ACCESS);
	set_point(out, child, 3, addresses.passage, EXECUTE);
	run_to_end(out, child, &addresses);
}

/* Nobody may watch the kernel this way */
static void kernel_points(FILE *out, const struct way *way, const void *argument)
{
	const unsigned long wild[] = { 0xffffffff81000000, 0xffff800000000000, 0x800000000000, -8UL, -1UL,
		*(const unsigned long *)argument };
	struct addresses addresses;
	pid_t child = start(way, &addresses);

	for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++)
		for (enum kind kind = EXECUTE; kind <= ACCESS; kind++)
			if (kind != 2)
				set_point(out, child, (int)(i % 4), wild[i], kind);
	run_to_end(out, child, &addresses);
}

/* A watchpoint on the top of the stack, where the call of a gate leaves its return address */
static void stack_point(FILE *out, const struct way *way, const void *argument)
{
	struct addresses addresses;
	struct user_regs_struct regs;
	pid_t child = start(way, &addresses);
	int status, hits = 0;

	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	set_point(out, child, 0, (regs.rsp - *(const unsigned long *)argument) & ~7ULL, ACCESS);
	for (;;) {
		ptrace(PTRACE_CONT, child, NULL, NULL);
		status = wait_for(child);
		if (!WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) != SIGTRAP || ++hits > 200) {
			fprintf(out, "after %d hits:\n", hits);
			break;
		}
	}
	/* How often depends on the way */
	print_status(out, status);
	kill(child, SIGKILL);
}

/* Steps from the first hit of the function to its return */
static void steps(FILE *out, const struct way *way, const void *argument)
{
	struct addresses addresses;
	struct user_regs_struct regs;
	pid_t child = start(way, &addresses);

	(void)argument;
	set_point(out, child, 0, addresses.marked, EXECUTE);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	print_trap(out, child, wait_for(child), &addresses);
	for (int i = 0; i < 12; i++) {
		ptrace(PTRACE_SINGLESTEP, child, NULL, NULL);
		wait_for(child);
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		fprintf(out, "%#llx, flags %#llx, rax %#llx\n", regs.rip, regs.eflags & ~ARITHMETIC_FLAGS, regs.rax);
	}
	/* By branch: the request is refused, or does the same everywhere */
	for (int i = 0; i < 4; i++) {
		errno = 0;
		ptrace(PTRACE_SINGLEBLOCK, child, NULL, NULL);
		fprintf(out, "%s\n", strerrorname_np(errno));
		if (errno)
			break;
		print_trap(out, child, wait_for(child), &addresses);
	}
	kill(child, SIGKILL);
	wait_for(child);
}

#define ON(what) offsetof(struct addresses, what)

int main(void)
{
	const struct point points[] = {
		{ "breakpoint in a debug register", EXECUTE, ON(marked), 0, 7 },
		{ "watchpoint, writes of the program", WRITE, ON(watched), 0, 7 },
		{ "watchpoint, reads of the program", ACCESS, ON(watched), 8, 3 },
		{ "watchpoint, writes of the kernel", WRITE, ON(watched), 16, 2 },
		{ "watchpoint, all that touches it", ACCESS, ON(watched), 16, 2 },
		{ "breakpoint on the function that makes system calls", EXECUTE, ON(passage), 0, 13 },
	};
	const unsigned long below[] = { 0, 8, 16, 128, 136, 144 };
	const unsigned long kernel_function = kernel_address("schedule");
	char title[80];
	int failures = 0;

	setlinebuf(stdout);
	failures += same_each_way("written breakpoint", written_breakpoint, NULL, 13);
	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++)
		failures += same_each_way(points[i].title, register_point, &points[i], points[i].minimum);
	failures += same_each_way("all debug registers", all_four, NULL, 20);
	failures += same_each_way("points on the kernel", kernel_points, &kernel_function, 19);
	for (size_t i = 0; i < sizeof(below) / sizeof(*below); i++) {
		snprintf(title, sizeof(title), "watchpoint on the stack, %lu below", below[i]);
		failures += same_each_way(title, stack_point, &below[i], 2);
	}
	failures += same_each_way("single steps", steps, NULL, 14);
	return failures;
}
