// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tracer gives wild values to registers, at an INT3 of the program, at the
 * entry and at the exit of a system call: what is refused, what becomes of the
 * program, and that nothing of it harms the kernel.
 */
#include "observe.h"

#include <errno.h>
#include <stddef.h>

enum place { BREAKPOINT, ENTRY, EXIT, PLACES };

static const char *const place_names[] = { "at a breakpoint", "at the entry of a system call",
	"at the exit of a system call" };

struct wild {
	const char *name;
	size_t offset;
	unsigned long value;
};

#define REGISTER(name) #name, offsetof(struct user_regs_struct, name)

static unsigned long kernel_data, kernel_text; /* nothing that can be executed; nothing that can be written */

static void print_address(FILE *out, unsigned long address)
{
	if (address == kernel_data)
		fprintf(out, "kernel data");
	else if (address == kernel_text)
		fprintf(out, "kernel text");
	else
		fprintf(out, "%#lx", address);
}

/* To its end, by at most so many signals, each delivered */
static void run_to_end(FILE *out, pid_t child, const struct wild *wild)
{
	struct user_regs_struct regs;
	siginfo_t info;
	int status, deliver = 0;

	for (int stops = 0; stops < 4; stops++) {
		ptrace(PTRACE_CONT, child, NULL, (long)deliver);
		status = wait_for(child);
		print_status(out, status);
		if (!WIFSTOPPED(status))
			return;
		deliver = WSTOPSIG(status);
		ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		/* The instruction's own address means nothing where the gate is elsewhere */
		if (info.si_addr == (void *)wild->value) {
			fprintf(out, "code %d, address ", info.si_code);
			print_address(out, (unsigned long)info.si_addr);
		} else {
			fprintf(out, "code %d", info.si_code);
		}
		fprintf(out, ", cs %#llx, ss %#llx, flags %#llx%s\n", regs.cs, regs.ss, regs.eflags & ~0x8d5ULL,
			*(unsigned long *)((char *)&regs + wild->offset) == wild->value ? ", as given" : "");
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

struct experiment {
	const struct wild *wild;
	enum place place;
};

static void give(FILE *out, const struct way *way, const void *argument)
{
	const struct experiment *experiment = argument;
	const struct wild *wild = experiment->wild;
	struct user_regs_struct regs;
	pid_t child = start_traced(way, "traced", "registers");
	int status;

	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL);
	for (int i = 0; i < (int)experiment->place; i++) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		waitpid(child, &status, 0);
	}
	if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
		err(1, "registers");
	*(unsigned long *)((char *)&regs + wild->offset) = wild->value;
	if (ptrace(PTRACE_SETREGS, child, NULL, &regs))
		fprintf(out, "refused: %s\n", strerrorname_np(errno));
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	fprintf(out, "cs %#llx, ss %#llx, flags %#llx%s\n", regs.cs, regs.ss, regs.eflags & ~0x8d5ULL,
		*(unsigned long *)((char *)&regs + wild->offset) == wild->value ? ", taken" : "");
	run_to_end(out, child, wild);
}

static int same_as_in_user_mode(const struct wild *wild, enum place place)
{
	const struct experiment experiment = { wild, place };
	char what[80];

	snprintf(what, sizeof(what), "%s = %#lx %s", wild->name, wild->value, place_names[place]);
	return same_each_way(what, give, &experiment, 1);
}

static int no_effect_in_kernel_mode(const struct wild *wild)
{
	const struct experiment experiment = { wild, BREAKPOINT };
	char what[80];

	snprintf(what, sizeof(what), "%s = %#lx has no effect in kernel mode", wild->name, wild->value);
	return ends_each_way(what, give, &experiment, 1, "exited with 9\n");
}

int main(void)
{
	const struct wild wilds[] = {
		{ REGISTER(rip), 0x800000000000 },
		{ REGISTER(rip), 0x8000000000000000 },
		{ REGISTER(rip), 0x7fffffffffff },
		{ REGISTER(rip), 0 },
		{ REGISTER(rip), -1UL },
		{ REGISTER(rip), 0xffff800000000000 },
		{ REGISTER(rip), 0xfffffffffffff000 },
		{ REGISTER(rip), kernel_data = kernel_address("init_task") },
		{ REGISTER(rsp), 0x800000000000 },
		{ REGISTER(rsp), 0x800000000008 },
		{ REGISTER(rsp), 0x8000000000000000 },
		{ REGISTER(rsp), 0 },
		{ REGISTER(rsp), 3 },
		{ REGISTER(rsp), -1UL },
		{ REGISTER(rsp), 0xffff800000000000 },
		{ REGISTER(rsp), kernel_text = kernel_address("schedule") + 8 },
		{ REGISTER(cs), 0x10 },
		{ REGISTER(cs), 0x18 },
		{ REGISTER(cs), 0 },
		{ REGISTER(cs), 0x30 },
		{ REGISTER(ss), 0x10 },
		{ REGISTER(ss), 0x18 },
		{ REGISTER(ss), 0 },
		{ REGISTER(ds), 0x10 },
		{ REGISTER(es), 0x18 },
		{ REGISTER(fs), 0x10 },
		{ REGISTER(gs), 0x18 },
		{ REGISTER(ds), 0x2b },
		{ REGISTER(gs), 0x2b },
		{ REGISTER(eflags), 0 },
		{ REGISTER(eflags), -1UL & ~0x100UL },
		{ REGISTER(eflags), 0x100 },
		{ REGISTER(eflags), 0x3000 },
		{ REGISTER(eflags), 0x4000 },
		{ REGISTER(eflags), 0x10000 },
		{ REGISTER(eflags), 0x20000 },
		{ REGISTER(eflags), 0x40000 },
		{ REGISTER(eflags), 0x180000 },
		{ REGISTER(eflags), 0x400 },
		{ REGISTER(fs_base), 0x800000000000 },
		{ REGISTER(fs_base), kernel_data },
		{ REGISTER(gs_base), 0x800000000000 },
		{ REGISTER(gs_base), kernel_data },
		{ REGISTER(gs_base), 0x10000 },
		{ REGISTER(orig_rax), 0x3fffffff },
		{ REGISTER(orig_rax), -1UL },
		{ REGISTER(orig_rax), 0xcb4d4c43ffffffff }, /* what the kernel writes there inside the call gate */
	};
	/* Other code segments than the ordinary one: the kernel's takes their place */
	const struct wild segments[] = {
		{ REGISTER(cs), 0x7 },
		{ REGISTER(cs), 0x23 },
		{ REGISTER(cs), 0x2b },
	};
	int failures = 0;

	for (size_t i = 0; i < sizeof(wilds) / sizeof(*wilds); i++) {
		/* A stack in the kernel's text is pushed to first, as popping from there is a fault in user mode only */
		bool pointer = (wilds[i].offset == offsetof(struct user_regs_struct, rip) ||
			wilds[i].offset == offsetof(struct user_regs_struct, rsp)) && wilds[i].value != kernel_text;

		for (enum place place = BREAKPOINT; place < (pointer ? PLACES : ENTRY); place++)
			failures += same_as_in_user_mode(&wilds[i], place);
	}
	for (size_t i = 0; i < sizeof(segments) / sizeof(*segments); i++)
		failures += no_effect_in_kernel_mode(&segments[i]);
	return failures > 99 ? 99 : failures;
}
