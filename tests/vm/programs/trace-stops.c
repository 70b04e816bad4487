// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tracer stops a process inside a system call, changes its registers there,
 * and leaves it again in all ways there are: what it has written must be what
 * the process goes on with.
 */
#include "observe.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum parting { BY_CONT, BY_DETACH, BY_DEATH, PARTINGS };

static const char *const parting_names[] = { "let run", "detached", "left by its tracer's death" };

struct stop {
	const char *title, *scene;
	long options, request; /* how to get there */
	int times;
	bool seize;
};

struct experiment {
	const struct stop *stop;
	enum parting parting;
};

/* One line of a file in /proc; empty if there is none */
static void read_line(pid_t pid, const char *name, char *line, size_t size)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "r");
	*line = 0;
	if (file && !fgets(line, (int)size, file))
		*line = 0;
	if (file)
		fclose(file);
}

/* Asleep, not stopped, and in nanosleep */
static void wait_until_blocked(pid_t pid)
{
	char state[256], line[256];

	for (int i = 0; i < 3000; i++) {
		read_line(pid, "stat", state, sizeof(state));
		read_line(pid, "syscall", line, sizeof(line));
		if (strstr(state, ") S ") && (atol(line) == SYS_nanosleep || atol(line) == SYS_restart_syscall))
			return;
		usleep(10000);
	}
	errx(1, "%d never blocked: %s", pid, line);
}

static pid_t bring_to_stop(const struct way *way, const struct stop *stop)
{
	pid_t child;
	int status = 0;

	if (stop->seize) {
		child = start_free(way, "traced", stop->scene);
		wait_until_blocked(child);
		if (ptrace(PTRACE_SEIZE, child, NULL, stop->options) || ptrace(PTRACE_INTERRUPT, child, NULL, NULL))
			err(1, "seize");
		status = wait_for(child);
	} else {
		child = start_traced(way, "traced", stop->scene);
		ptrace(PTRACE_SETOPTIONS, child, NULL, stop->options);
	}
	for (int i = 0; i < stop->times; i++) {
		ptrace(stop->request, child, NULL, NULL);
		status = wait_for(child);
	}
	if (!WIFSTOPPED(status))
		errx(1, "%s: no stop, but status %#x", stop->title, status);
	return child;
}

static void alter(pid_t child)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
		err(1, "registers");
	regs.rbx = regs.rbp = regs.r12 = regs.r13 = regs.r14 = regs.r15 = 0x100;
	regs.r8 = regs.r9 = regs.r10 = 0x100;
	/* A sleep is at its end */
	if (regs.orig_rax == SYS_nanosleep) {
		regs.orig_rax = -1ULL;
		regs.rax = 0;
	}
	if (ptrace(PTRACE_SETREGS, child, NULL, &regs))
		err(1, "set registers");
}

static void alter_and_part(FILE *out, const struct way *way, const void *argument)
{
	const struct experiment *experiment = argument;
	int status, pipe_fds[2];
	pid_t tracer, child;

	if (experiment->parting != BY_DEATH) {
		unsigned long offspring = 0;

		child = bring_to_stop(way, experiment->stop);
		ptrace(PTRACE_GETEVENTMSG, child, NULL, &offspring);
		alter(child);
		ptrace(experiment->parting == BY_CONT ? PTRACE_CONT : PTRACE_DETACH, child, NULL, NULL);
		/* Its child, which is traced too, must not keep it */
		if (experiment->stop->options & PTRACE_O_TRACEFORK) {
			wait_for((pid_t)offspring);
			ptrace(PTRACE_DETACH, (pid_t)offspring, NULL, NULL);
		}
		while (WIFSTOPPED(status = wait_for(child)))
			ptrace(PTRACE_CONT, child, NULL, NULL);
		print_status(out, status);
		return;
	}
	if (pipe(pipe_fds))
		err(1, "pipe");
	tracer = fork();
	if (tracer == 0) {
		child = bring_to_stop(way, experiment->stop);
		alter(child);
		if (write(pipe_fds[1], &child, sizeof(child)) != sizeof(child))
			err(1, "pipe");
		_exit(0);
	}
	close(pipe_fds[1]);
	if (read(pipe_fds[0], &child, sizeof(child)) != sizeof(child))
		errx(1, "no child");
	close(pipe_fds[0]);
	wait_for(tracer);
	print_status(out, wait_for(child));
}

static int parts_altered(const struct stop *stop, enum parting parting)
{
	const struct experiment experiment = { stop, parting };
	char what[80];

	snprintf(what, sizeof(what), "altered at %s and %s", stop->title, parting_names[parting]);
	return ends_each_way(what, alter_and_part, &experiment, 0, "exited with 20\n");
}

static void print_stop(FILE *out, pid_t child, int status)
{
	struct user_regs_struct regs;

	print_status(out, status);
	if (!WIFSTOPPED(status))
		return;
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	errno = 0;
	fprintf(out, "number %lld, result %lld\n", regs.orig_rax, regs.rax);
}

/* Attaches to one that is blocked, interrupts, stops and signals it, and lets it go */
static void visit(FILE *out, const struct way *way, const void *argument)
{
	pid_t child = start_free(way, "traced", "sleep");

	(void)argument;
	wait_until_blocked(child);
	if (ptrace(PTRACE_SEIZE, child, NULL, NULL))
		err(1, "seize");
	for (int i = 0; i < 3; i++) {
		ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
		print_stop(out, child, wait_for(child));
		ptrace(PTRACE_CONT, child, NULL, NULL);
		wait_until_blocked(child);
	}
	/* Stopped with its group, and told to stay so until it is continued */
	kill(child, SIGSTOP);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_CONT, child, NULL, (long)SIGSTOP);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_LISTEN, child, NULL, NULL);
	kill(child, SIGCONT);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_CONT, child, NULL, NULL);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_CONT, child, NULL, (long)SIGCONT);
	wait_until_blocked(child);
	/* Signalled, and then by system calls until it sleeps again */
	kill(child, SIGUSR1);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_SYSCALL, child, NULL, (long)SIGUSR1);
	for (int i = 0; i < 7; i++) {
		print_stop(out, child, wait_for(child));
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	}
	wait_until_blocked(child);
	ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	wait_until_blocked(child);
	kill(child, SIGTERM);
	print_stop(out, child, wait_for(child));
}

/* Attached in the old way, and killed in its stop */
static void attach_and_kill(FILE *out, const struct way *way, const void *argument)
{
	pid_t child = start_free(way, "traced", "sleep");

	(void)argument;
	wait_until_blocked(child);
	if (ptrace(PTRACE_ATTACH, child, NULL, NULL))
		err(1, "attach");
	print_stop(out, child, wait_for(child));
	ptrace(PTRACE_KILL, child, NULL, NULL);
	print_stop(out, child, wait_for(child));
}

int main(void)
{
	const struct stop stops[] = {
		{ "the entry of a system call", "steady", 0, PTRACE_SYSCALL, 1 },
		{ "the exit of a system call", "steady", 0, PTRACE_SYSCALL, 2 },
		{ "a fork", "steady-fork", PTRACE_O_TRACEFORK, PTRACE_CONT, 1 },
		{ "a signal", "steady-signal", 0, PTRACE_CONT, 1 },
		{ "an interrupted sleep", "steady-sleep", 0, 0, 0, true },
	};
	int failures = 0;

	setlinebuf(stdout);
	/* What tracers leave behind is ours */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		for (enum parting parting = BY_CONT; parting < PARTINGS; parting++)
			failures += parts_altered(&stops[i], parting);
	failures += same_each_way("a visit to a sleeper", visit, NULL, 20);
	failures += same_each_way("attached and killed", attach_and_kill, NULL, 3);
	return failures;
}
