// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tracer makes the registers of a process, at each stop that an execve() has,
 * such as SYSRET would leave them: RCX is RIP, R11 are the flags. The way back
 * from that execve() must lead to the new program's mode all the same.
 */
#include "observe.h"

struct stop {
	const char *title;
	long options, request; /* how to get there from the SIGSTOP before the execve() */
	int times;
	int event; /* what it is known by: bits 8 and above of the status */
};

enum parting { BY_CONT, BY_DETACH, PARTINGS };

static const char *const parting_names[] = {"let run", "detached"};

struct experiment {
	const struct stop *stop;
	enum parting parting;
	bool to_null;
};

static pid_t bring_to_stop(const struct way *way, const struct stop *stop)
{
	char path[64];
	pid_t child;
	int status;

	snprintf(path, sizeof(path), "%s/traced", way->directory);
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		kill(getpid(), SIGSTOP);
		execl(path, path, way->argument, "registers", (char *)NULL);
		err(1, "%s", path);
	}
	status = wait_for(child);
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, stop->options))
		err(1, "options");
	for (int i = 0; i < stop->times; i++) {
		ptrace(stop->request, child, NULL, NULL);
		status = wait_for(child);
	}
	if (!WIFSTOPPED(status) || status >> 8 != stop->event)
		errx(1, "%s: not reached, but status %#x", stop->title, status);
	return child;
}

static void pretend_sysret(pid_t child, bool to_null)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
		err(1, "registers");
	if (to_null)
		regs.rip = 0;
	regs.rcx = regs.rip;
	regs.r11 = regs.eflags;
	if (ptrace(PTRACE_SETREGS, child, NULL, &regs))
		err(1, "set registers");
}

/* Its signals are delivered; traps are the tracer's own business */
static void run_to_end(FILE *out, pid_t child, int status)
{
	while (WIFSTOPPED(status)) {
		int signal = WSTOPSIG(status);

		if (signal != SIGTRAP) {
			siginfo_t info;

			ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
			fprintf(out, "%s, code %d, at %p\n", strsignal(signal), info.si_code, info.si_addr);
		}
		ptrace(PTRACE_CONT, child, NULL, signal == SIGTRAP ? 0L : (long)signal);
		status = wait_for(child);
	}
	print_status(out, status);
}

static void alter_and_part(FILE *out, const struct way *way, const void *argument)
{
	const struct experiment *experiment = argument;
	pid_t child = bring_to_stop(way, experiment->stop);

	pretend_sysret(child, experiment->to_null);
	ptrace(experiment->parting == BY_CONT ? PTRACE_CONT : PTRACE_DETACH, child, NULL, NULL);
	run_to_end(out, child, wait_for(child));
}

#define STOP_OF_SYSTEM_CALL (SIGTRAP | 0x80)
#define STOP_OF_EVENT(event) (SIGTRAP | (event) << 8)

int main(void)
{
	const struct stop stops[] = {
		{"the trap", PTRACE_O_EXITKILL, PTRACE_CONT, 1, SIGTRAP},
		{"the event", PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC, PTRACE_CONT, 1, STOP_OF_EVENT(PTRACE_EVENT_EXEC)},
		/* behind its entry and the event */
		{"the exit", PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD, PTRACE_SYSCALL, 3,
			STOP_OF_SYSTEM_CALL},
	};
	char what[80];
	int failures = 0;

	setlinebuf(stdout);
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++) {
		for (enum parting parting = BY_CONT; parting < PARTINGS; parting++) {
			for (int to_null = 0; to_null < 2; to_null++) {
				const struct experiment experiment = {&stops[i], parting, to_null};

				snprintf(what, sizeof(what), "as for SYSRET%s at %s of an execve(), %s",
					to_null ? " to NULL" : "", stops[i].title, parting_names[parting]);
				failures += same_each_way(what, alter_and_part, &experiment, 1);
			}
		}
	}
	return failures;
}
