// SPDX-License-Identifier: GPL-2.0-or-later
#include "outcome.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { SECONDS_FOR_ONE = 20 };

/* Direction, nested task, privilege of I/O, alignment check, trap, interrupts: flags that no arithmetic changes */
enum { STEADY_FLAGS = 0x47700 };

static struct {
	volatile int finished;
	long value;
	int signal, code;
	uintptr_t address;
	unsigned int cs, ss, flags;
} *record;

static void on_signal(int number, siginfo_t *info, void *data)
{
	const greg_t *registers = ((ucontext_t *)data)->uc_mcontext.gregs;

	record->signal = number;
	record->code = info->si_code;
	record->address = (uintptr_t)info->si_addr;
	record->cs = registers[REG_CSGSFS] & 0xffff;
	record->ss = (unsigned int)(registers[REG_CSGSFS] >> 48);
	record->flags = registers[REG_EFL] & STEADY_FLAGS;
	_exit(0);
}

void outcome_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS };
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
}

/* The kernel leaves 16 GB for the place of the stack, 8 MB for its size and 1 MB to keep other mappings away from it */
#define LOWEST_STACK	(0x7ffffffff000 - (16UL << 30) - (9UL << 20))

/* Where things of the program lie differs from run to run; what is far from them was chosen by the test */
static const char *describe_address(char *text, size_t size)
{
	if (record->address >= 0x10000 && record->address < LOWEST_STACK)
		return "somewhere in the program";
	if (record->address >= LOWEST_STACK && record->address < 0x800000000000)
		return "near the stack";
	snprintf(text, size, "%#lx", record->address);
	return text;
}

static void attempt(const struct attempt *what)
{
	char text[32];
	int status;
	pid_t pid;

	memset(record, 0, sizeof(*record));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(SECONDS_FOR_ONE);
		outcome_catch();
		record->value = what->make();
		record->finished = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	printf("%s: ", what->name);
	if (record->signal)
		printf("%s, code %d, at %s, cs %#x, ss %#x, flags %#x\n", sigabbrev_np(record->signal), record->code,
			describe_address(text, sizeof(text)), record->cs, record->ss, record->flags);
	else if (record->finished)
		printf("%ld\n", record->value);
	else if (WIFSIGNALED(status))
		printf("killed by %s\n", sigabbrev_np(WTERMSIG(status)));
	else
		printf("exit %d\n", WEXITSTATUS(status));
	fflush(stdout);
}

void outcomes(const struct attempt *attempts, size_t count)
{
	record = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < count; i++)
		attempt(&attempts[i]);
}
