// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * isolated CPU SECONDS: is alone on a CPU without a tick, first in its own code
 * and then calling the kernel again and again, and looks how often the timer
 * interrupts it and where its time is accounted. In either mode.
 */
#include "call.h"
#include "registers.h"

#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TICKS_PER_SECOND = 250 };

/* In the line of the timer in /proc/interrupts */
#ifdef __arm__
#define TIMER "arch_timer"
#else
#define TIMER "LOC:"
#endif

static int cpu, seconds;
static unsigned long call_gate, syscall_gate, hex_to_bin;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

/* The CPU's column in the line of the local timer */
static long timer_interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	char line[4096], *at;
	long count = -1;

	while (file && fgets(line, sizeof(line), file)) {
		at = strchr(line, ':');
		if (!at || !strstr(line, TIMER))
			continue;
		at++;
		for (int i = 0; i <= cpu; i++)
			count = strtol(at, &at, 10);
	}
	if (!file || count < 0)
		errx(2, "no count of timer interrupts");
	fclose(file);
	return count;
}

static void spin(void)
{
	for (volatile int i = 0; i < 1000000; i++)
		;
}

static void call_the_kernel(void)
{
	long parent = getppid();

	for (int i = 0; i < 1000; i++) {
		if (syscall(SYS_getppid) != parent)
			errx(2, "wrong parent");
		if (call_gate && (system_call_of_number(syscall_gate, SYS_getppid) != parent || call(hex_to_bin, 'c') != 12))
			errx(2, "wrong result of a gate");
	}
}

/* Share of the time that was accounted to the program itself */
static double measure(const char *what, void (*work)(void))
{
	struct rusage before, after;
	long ticks;
	double end, user, system;

	/* The tick does not stop at once */
	for (end = now() + 1; now() < end;)
		work();
	getrusage(RUSAGE_SELF, &before);
	ticks = timer_interrupts();
	for (end = now() + seconds; now() < end;)
		work();
	ticks = timer_interrupts() - ticks;
	getrusage(RUSAGE_SELF, &after);
	user = seconds_of(after.ru_utime) - seconds_of(before.ru_utime);
	system = seconds_of(after.ru_stime) - seconds_of(before.ru_stime);
	printf("ring %u, %s: %ld timer interrupts in %d s; %.2f s in the program, %.2f s in the kernel\n", kml_cpl(),
		what, ticks, seconds, user, system);
	if (ticks > seconds * TICKS_PER_SECOND / 10)
		errx(1, "the tick did not stop");
	if (user + system < seconds * 0.7 || user + system > seconds * 1.1)
		errx(1, "time was lost or made up");
	return user / (user + system);
}

int main(int argc, char **argv)
{
	cpu_set_t set;

	if (argc != 3)
		return 2;
	cpu = atoi(argv[1]);
	seconds = atoi(argv[2]);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(2, "CPU %d", cpu);
	call_gate = getauxval(AT_KML_CALL_GATE);
	syscall_gate = getauxval(AT_KML_SYSCALL_GATE);
	if (call_gate)
		hex_to_bin = lookup("hex_to_bin");
	if (measure("spinning", spin) < 0.9)
		errx(1, "the program's own time was accounted to the kernel");
	if (measure("calling the kernel", call_the_kernel) > 0.9)
		errx(1, "the kernel's time was accounted to the program");
	return 0;
}
