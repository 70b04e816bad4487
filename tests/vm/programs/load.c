// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load SECONDS: everything that processes do, at once and on all CPUs, for a
 * while. Each worker repeats one kind of work and checks its results; the
 * exit status is the number of workers that failed.
 */
#include <kml/kml.h>

#include <alloca.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "passage.h"

static time_t deadline;

static int time_is_left(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec < deadline;
}

static volatile sig_atomic_t ticks;

static void on_tick(int number)
{
	(void)number;
	ticks++;
}

static void tick_every(int microseconds)
{
	struct itimerval timer = { { 0, microseconds }, { 0, microseconds } };
	struct sigaction action = { .sa_handler = on_tick, .sa_flags = SA_RESTART };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

#ifdef __x86_64__
/* Values below the stack pointer stay, whatever interrupts: signals leave the red zone alone, and so must interrupts */
static long red_zone_losses(long rounds)
{
	long losses = 0;

	__asm__ volatile("1: movq %1, -8(%%rsp); movq %1, -64(%%rsp); movq %1, -120(%%rsp); movl $200, %%ecx\n"
			 "2: decl %%ecx; jnz 2b\n"
			 "cmpq %1, -8(%%rsp); jne 3f; cmpq %1, -64(%%rsp); jne 3f; cmpq %1, -120(%%rsp); je 4f\n"
			 "3: incq %0\n"
			 "4: decq %1; jnz 1b"
			 : "+r"(losses), "+r"(rounds)
			 :
			 : "rcx", "memory", "cc");
	return losses;
}
#else
/* There is none */
static long red_zone_losses(long rounds)
{
	(void)rounds;
	return 0;
}
#endif

static double harmonic(long terms)
{
	double sum = 0;

	for (long i = 1; i <= terms; i++)
		sum += 1.0 / (double)i;
	return sum;
}

static int compute_under_signals(void)
{
	double expected = harmonic(20000);

	tick_every(3000);
	while (time_is_left())
		if (red_zone_losses(5000) || harmonic(20000) != expected)
			return 1;
	return ticks == 0;
}

static int fork_and_copy_on_write(void)
{
	size_t size = 1 << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(memory, 7, size);
	while (time_is_left()) {
		int status;
		pid_t child = fork();

		if (child == 0) {
			memset(memory, 9, size / 2);
			_exit(memory[0] != 9 || memory[size - 1] != 7);
		}
		if (waitpid(child, &status, 0) != child || status != 0 || memory[0] != 7)
			return 1;
	}
	return 0;
}

/* Programs of both kinds, in turn */
static int exec_programs(void)
{
	static const struct {
		const char *path;
		int status;
	} programs[] = { { "/trusted/mode", 0 }, { "/bin/mode", 3 } };

	for (volatile int i = 0; time_is_left(); i++) {
		int status;
		pid_t child = vfork();

		if (child == 0) {
			execl(programs[i % 2].path, "mode", (char *)NULL);
			_exit(99);
		}
		if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
			return 1;
		/* as an ordinary process, this program has no trusted one beside it */
		if (WEXITSTATUS(status) != programs[i % 2].status)
			return 1;
	}
	return 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long turn;

static void *take_turns(void *argument)
{
	long me = (long)argument - 1;

	for (long i = 0; i < 50; i++) {
		pthread_mutex_lock(&lock);
		while (turn % 4 != me)
			pthread_cond_wait(&changed, &lock);
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	return red_zone_losses(2000) ? argument : NULL;
}

static int threads_take_turns(void)
{
	while (time_is_left()) {
		pthread_t threads[4];
		long failures = 0;

		turn = 0;
		for (long i = 0; i < 4; i++)
			if (pthread_create(&threads[i], NULL, take_turns, (void *)(i + 1)))
				return 1;
		for (int i = 0; i < 4; i++) {
			void *result;

			pthread_join(threads[i], &result);
			failures += (long)result;
		}
		if (failures || turn != 200)
			return 1;
	}
	return 0;
}

static void *map_and_unmap(void *argument)
{
	(void)argument;
	while (time_is_left()) {
		volatile char *memory = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; i < 1 << 16; i += 4096)
			memory[i] = 1;
		mprotect((void *)memory, 1 << 16, PROT_READ);
		if (memory[4096] != 1)
			return (void *)1;
		munmap((void *)memory, 1 << 16);
	}
	return NULL;
}

/* TLB flushes that reach the other CPU */
static int threads_change_mappings(void)
{
	pthread_t threads[2];
	long failures = 0;

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, map_and_unmap, NULL);
	for (int i = 0; i < 2; i++) {
		void *result;

		pthread_join(threads[i], &result);
		failures += (long)result;
	}
	return failures != 0;
}

static int recurse(int depth)
{
	volatile char frame[2048];

	memset((void *)frame, depth & 127, sizeof(frame));
	if (depth && recurse(depth - 1))
		return 1;
	return frame[1000] != (depth & 127);
}

static int stack_grows(void)
{
	while (time_is_left()) {
		int status;
		pid_t child = fork();

		if (child == 0)
			_exit(recurse(2000));
		if (waitpid(child, &status, 0) != child || status != 0)
			return 1;
	}
	return 0;
}

/* Both gates with signals in between, from two threads' worth of scheduling; nothing to do in user mode */
static int gates_under_signals(void)
{
	unsigned long sleep_function;
	long parent = getppid();

	if (!getauxval(AT_KML_SYSCALL_GATE))
		return 0;
	passage_choose("gate");
	sleep_function = lookup("schedule_timeout_interruptible");
	tick_every(2000);
	while (time_is_left()) {
		for (int i = 0; i < 200; i++)
			if (pass(SYS_getppid) != parent)
				return 1;
		for (int i = 0; i < 5; i++) {
			long left = call(sleep_function, 1);

			if (left < 0 || left > 1)
				return 1;
		}
	}
	return ticks == 0;
}

static const struct {
	const char *name;
	int (*work)(void);
} workers[] = {
	{ "computing under signals", compute_under_signals },
	{ "fork and copy on write", fork_and_copy_on_write },
	{ "exec of both kinds of programs", exec_programs },
	{ "threads that take turns", threads_take_turns },
	{ "threads that change mappings", threads_change_mappings },
	{ "stack growth", stack_grows },
	{ "gates under signals", gates_under_signals },
};

#define WORKERS (sizeof(workers) / sizeof(*workers))

int main(int argc, char **argv)
{
	pid_t children[WORKERS];
	struct timespec ts;
	int failures = 0;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	deadline = ts.tv_sec + (argc > 1 ? atoi(argv[1]) : 5);
	for (size_t i = 0; i < WORKERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(workers[i].work());
	}
	for (size_t i = 0; i < WORKERS; i++) {
		int status;

		waitpid(children[i], &status, 0);
		printf("%s  %s (ring %u)\n", status ? "FAIL" : "ok  ", workers[i].name, kml_cpl());
		failures += status != 0;
	}
	return failures;
}
