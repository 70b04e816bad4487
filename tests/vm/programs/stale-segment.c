// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment of the LDT goes away while another thread's GS selects it. The
 * kernel finds out when it switches to that thread: loading the selector
 * faults, with the program's GS base in place. "yield SECONDS" is the task to
 * switch from: it takes turns with that thread on the first CPU.
 */
#include <asm/ldt.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FIRST_LDT_SELECTOR 7	/* index 0, LDT, ring 3 */
#define UNPRIVILEGED 1000

enum stage { STARTING, SELECTED, CLEARED };

static volatile enum stage stage;

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("sched_setaffinity");
		exit(1);
	}
}

static void take_turns_until(time_t end)
{
	while (time(NULL) < end)
		sched_yield();
}

static void write_segment(int present)
{
	/* What is empty but for these two bits is no segment; modify_ldt(2) */
	struct user_desc segment = { .read_exec_only = 1, .seg_not_present = 1 };

	if (present)
		segment = (struct user_desc){ .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };
	if (syscall(SYS_modify_ldt, 1, &segment, sizeof(segment))) {
		perror("modify_ldt");
		exit(1);
	}
}

static void *select_segment(void *selector_afterwards)
{
	unsigned short selector = FIRST_LDT_SELECTOR;

	run_on(0);
	__asm__ volatile("mov %0, %%gs" : : "r"(selector));
	stage = SELECTED;
	while (stage != CLEARED)
		sched_yield();
	take_turns_until(time(NULL) + 2);
	__asm__ volatile("mov %%gs, %0" : "=r"(selector));
	*(unsigned short *)selector_afterwards = selector;
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned short selector = FIRST_LDT_SELECTOR;
	pthread_t thread;

	if (argc == 3 && !strcmp(argv[1], "yield")) {
		run_on(0);
		take_turns_until(time(NULL) + atoi(argv[2]));
		return 0;
	}
	run_on(1);
	if (setuid(UNPRIVILEGED)) {
		perror("setuid");
		return 1;
	}
	write_segment(1);
	if (pthread_create(&thread, NULL, select_segment, &selector))
		return 1;
	while (stage != SELECTED)
		sched_yield();
	write_segment(0);
	stage = CLEARED;
	pthread_join(thread, NULL);
	printf("the selector is %d\n", selector);
	return selector != 0;
}
