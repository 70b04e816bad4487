// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tracing-pairs SECONDS: ordinary processes that are traced in all ways, pair
 * after pair. Each must do what it does for any tracer, and end as it would
 * without: whatever runs beside them. If one does not, its registers are shown.
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIGNALS = 5, PAGES = 16, CALLS = 10, STATUS = 7, STEPS = 500, INTERRUPTS = 20, STEPS_OF_LOOP = 100 };

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	caught += number == SIGUSR1;
}

/* What is traced: signals, page faults, system calls, a child, and its own instructions between them */
static int work(void)
{
	volatile char *memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile double sum = 0;
	int status;
	pid_t child;

	for (int i = 0; i < SIGNALS; i++)
		syscall(SYS_kill, getpid(), SIGUSR1);
	for (int i = 0; i < PAGES; i++)
		memory[i * 4096] = (char)i;
	for (int i = 0; i < CALLS; i++)
		if (syscall(SYS_getppid) != getppid())
			return 1;
	for (int i = 1; i <= STEPS_OF_LOOP; i++)
		sum = sum + 1.0 / i;
	child = fork();
	if (child == 0)
		_exit(memory[4096] != 1);
	if (waitpid(child, &status, 0) != child || status)
		return 2;
	for (int i = 0; i < PAGES; i++)
		if (memory[i * 4096] != i)
			return 3;
	return caught == SIGNALS && sum > 5.18 && sum < 5.19 ? STATUS : 4;
}

/* Stopped by SIGSTOP, with the work before it */
static pid_t start(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGUSR1, on_signal);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		kill(getpid(), SIGSTOP);
		_exit(work());
	}
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD))
		errx(1, "start of %d: status %#x", child, status);
	return child;
}

static void show(pid_t child, int status)
{
	struct user_regs_struct regs;
	char line[256];
	siginfo_t info;
	FILE *maps;

	printf("FAIL  %d: status %#x\n", child, status);
	if (!WIFSTOPPED(status))
		return;
	ptrace(PTRACE_GETREGS, child, NULL, &regs);
	ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
	printf("      signal %d, code %d, address %p, code there %lx\n", info.si_signo, info.si_code, info.si_addr,
		(unsigned long)ptrace(PTRACE_PEEKTEXT, child, regs.rip, NULL));
	for (size_t i = 0; i < sizeof(regs) / sizeof(long); i++)
		printf("      user_regs_struct[%zu] %#lx\n", i, ((unsigned long *)&regs)[i]);
	snprintf(line, sizeof(line), "/proc/%d/maps", child);
	maps = fopen(line, "r");
	while (maps && fgets(line, sizeof(line), maps))
		printf("      %s", line);
}

/* To its end, with at most so many steps before, and then by REQUEST; returns the stops that were not for signals */
static long trace(long steps, int request)
{
	pid_t child = start();
	long stops = 0, deliver = 0;
	int status;

	for (;;) {
		ptrace(stops < steps ? PTRACE_SINGLESTEP : request, child, NULL, deliver);
		if (waitpid(child, &status, 0) != child)
			err(1, "wait for %d", child);
		if (!WIFSTOPPED(status))
			break;
		deliver = WSTOPSIG(status) & ~0x80;
		if (deliver == SIGTRAP) {
			stops++;
			deliver = 0;
		} else if (deliver != SIGUSR1 && deliver != SIGCHLD) {
			show(child, status);
			exit(1);
		}
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS) {
		show(child, status);
		exit(1);
	}
	return stops;
}

static long by_steps(void)
{
	return trace(STEPS, PTRACE_CONT);
}

static long by_system_calls(void)
{
	return trace(0, PTRACE_SYSCALL);
}

static long by_signals(void)
{
	return trace(0, PTRACE_CONT);
}

/* Seized, and interrupted wherever it is */
static long by_interrupts(void)
{
	int status, interrupts = 0, seized[2];
	pid_t child;
	char byte;

	if (pipe(seized))
		err(1, "pipe");
	child = fork();
	if (child == 0) {
		signal(SIGUSR1, on_signal);
		close(seized[1]);
		_exit(read(seized[0], &byte, 1) ? 5 : work());
	}
	if (ptrace(PTRACE_SEIZE, child, NULL, (long)PTRACE_O_EXITKILL))
		err(1, "seize");
	close(seized[0]);
	close(seized[1]);
	do {
		if (interrupts++ < INTERRUPTS)
			ptrace(PTRACE_INTERRUPT, child, NULL, NULL);
		if (waitpid(child, &status, 0) != child)
			err(1, "wait for %d", child);
		if (WIFSTOPPED(status))
			ptrace(PTRACE_CONT, child, NULL, status >> 16 ? 0L : (long)WSTOPSIG(status));
	} while (WIFSTOPPED(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS) {
		show(child, status);
		exit(1);
	}
	return 0;
}

static const struct {
	const char *name;
	long (*trace)(void);
} ways[] = {
	{ "by steps", by_steps },
	{ "by system calls", by_system_calls },
	{ "by signals", by_signals },
	{ "by interrupts", by_interrupts },
};
#define WAYS (sizeof(ways) / sizeof(*ways))

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
	long rounds = 0, stops[WAYS];

	setlinebuf(stdout);
	/* Else each of the many stops would be a turn of everybody else */
	setpriority(PRIO_PROCESS, 0, -20);
	for (; !rounds || time(NULL) < end; rounds++) {
		for (size_t i = 0; i < WAYS; i++) {
			long now = ways[i].trace();

			if (rounds && now != stops[i]) {
				printf("FAIL  round %ld, %s: %ld stops instead of %ld\n", rounds, ways[i].name, now, stops[i]);
				return 1;
			}
			stops[i] = now;
		}
	}
	printf("ok    %ld rounds:", rounds);
	for (size_t i = 0; i < WAYS; i++)
		printf(" %s %ld stops%s", ways[i].name, stops[i], i + 1 < WAYS ? "," : "\n");
	return 0;
}
