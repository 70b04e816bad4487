// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * own-steps GATE+OFFSET...: the program has set the trap flag when it comes to
 * each of these places, the instructions with which gates begin. The next trap
 * is behind the gate's call; in a function of the program, its first instruction.
 */
#include "call.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static volatile unsigned long first_trap;
static volatile int traps, traps_in_kernel;

static void on_trap(int number, siginfo_t *info, void *context)
{
	unsigned long at = (unsigned long)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];

	(void)number;
	(void)info;
	if (!traps++)
		first_trap = at;
	traps_in_kernel += (long)at < 0;
}

extern const char behind_the_call[], end_of_steps[];

/* Goes to the place as if it had called the gate; what it says RAX is then, comes back in RAX */
static __attribute__((noinline)) long call_in_steps(unsigned long place, unsigned long function, long argument)
{
	long result = (long)function;

	first_trap = 0;
	traps = traps_in_kernel = 0;
	/* R10, R11 and the carry flag as the call gate makes them on its way */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "mov %%rsp, %%r10; lea behind_the_call(%%rip), %%r11; push %%r11\n\t"
			 "pushfq; orl $0x101, (%%rsp); popfq; jmp *%2\n"
			 "behind_the_call: nop; nop\n\t"
			 "pushfq; andl $~0x100, (%%rsp); popfq\n"
			 "end_of_steps: lea 128(%%rsp), %%rsp"
			 : "+a"(result), "+D"(argument)
			 : "b"(place)
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return result;
}

static int check(bool good, const char *place, const char *name, long result)
{
	if (good) {
		printf("ok    %s: %s\n", place, name);
		return 0;
	}
	printf("FAIL  %s: %s: result %ld, %d traps, %d of them in the kernel's half, the first at %#lx\n", place, name,
		result, traps, traps_in_kernel, first_trap);
	return 1;
}

static bool stepped_from(unsigned long address)
{
	return !traps_in_kernel && traps > 1 && first_trap == address;
}

static bool stepped_behind_the_call(void)
{
	return !traps_in_kernel && traps > 1 && first_trap >= (unsigned long)behind_the_call &&
	       first_trap < (unsigned long)end_of_steps;
}

/* Without a frame, for its first instruction to be the one that it is called at */
long seven(void);
__asm__(".pushsection .text; seven: mov $7, %eax; ret; .popsection");

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
	unsigned long int_sqrt = lookup("int_sqrt");
	int failures = 0;

	setlinebuf(stdout);
	sigaction(SIGTRAP, &action, NULL);
	for (int i = 1; i < argc; i++) {
		unsigned long place;
		unsigned int offset;
		char name[64];
		long result;

		if (sscanf(argv[i], "%63[^+]+%x", name, &offset) != 2)
			errx(2, "%s: not GATE+OFFSET", argv[i]);
		place = lookup(name) + offset;
		if (strncmp(name, "kml_call_gate", strlen("kml_call_gate"))) {
			result = call_in_steps(place, SYS_getppid, 0);
			failures += check(
				stepped_behind_the_call() && result == getppid(), argv[i], "a system call", result);
			continue;
		}
		result = call_in_steps(place, int_sqrt, 10000);
		failures +=
			check(stepped_behind_the_call() && result == 100, argv[i], "a function of the kernel", result);
		if (offset)
			continue;
		result = call_in_steps(place, (unsigned long)seven, 0);
		failures += check(stepped_from((unsigned long)seven) && result == 7, argv[i],
			"a function of the program", result);
	}
	return failures;
}
