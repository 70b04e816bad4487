// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sleeping SECONDS: threads call kernel functions that schedule, and check what
 * they return and how long they took, while signals arrive. The exit status is
 * the number of those that failed.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

extern void schedule(void);
extern long schedule_timeout(long ticks);
extern long schedule_timeout_interruptible(long ticks);
extern long schedule_timeout_killable(long ticks);
extern long schedule_timeout_uninterruptible(long ticks);
extern void msleep(unsigned int milliseconds);
extern unsigned long msleep_interruptible(unsigned int milliseconds);
extern int out_of_line_wait_on_bit_timeout(void *word, int bit, int (*action)(void *, int), unsigned int mode,
	unsigned long ticks);
extern int bit_wait_timeout(void *key, int mode);
extern void wake_up_bit(void *word, int bit);
extern volatile unsigned long jiffies;

/* The kernel's, in include/linux/sched.h */
#define TASK_INTERRUPTIBLE	1

/* HZ is 250 */
#define MILLISECONDS_OF_A_TICK	4

static double deadline;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
	(void)number;
	signals++;
}

/* By the kernel's own clock: where the host is busy, it may go on by several ticks at a time */
static int took(unsigned long start, unsigned long ticks)
{
	return jiffies - start >= ticks;
}

static int sleep_for_ticks(long round)
{
	unsigned long start = jiffies;
	long ticks = round % 3 + 1, left;

	if (schedule_timeout_uninterruptible(ticks) != 0 || !took(start, (unsigned long)ticks))
		return -1;
	start = jiffies;
	if (schedule_timeout_killable(ticks) != 0 || !took(start, (unsigned long)ticks))
		return -1;
	left = schedule_timeout_interruptible(ticks);
	return left < 0 || left > ticks ? -1 : 0;
}

static int sleep_for_milliseconds(long round)
{
	unsigned int milliseconds = (unsigned int)(round % 7 + 1);
	unsigned long start = jiffies;

	msleep(milliseconds);
	if (!took(start, milliseconds / MILLISECONDS_OF_A_TICK))
		return -1;
	return msleep_interruptible(milliseconds) > milliseconds + 2 * MILLISECONDS_OF_A_TICK ? -1 : 0;
}

/* The task is runnable, so these only give the CPU away */
static int give_way(long round)
{
	long left;

	(void)round;
	schedule();
	left = schedule_timeout(2);
	return left < 0 || left > 2 ? -1 : 0;
}

/*
 * Two threads hand a word to and fro; each waits in a queue of the kernel's until the other one has changed it. What the
 * kernel is given to sleep by is the program's way to one of its own functions, which it calls back.
 */
static unsigned long words[2] = { 1, 1 };

static int wait_for(unsigned long *word)
{
	int result;

	do
		result = out_of_line_wait_on_bit_timeout(word, 0, bit_wait_timeout, TASK_INTERRUPTIBLE, 250);
	while (result != 0 && now() < deadline + 1); /* a signal */
	if (result != 0)
		return -1;
	__atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void let_go(unsigned long *word)
{
	__atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
	wake_up_bit(word, 0);
}

static int hand_over(long round)
{
	(void)round;
	let_go(&words[0]);
	return wait_for(&words[1]);
}

static int hand_back(long round)
{
	(void)round;
	if (wait_for(&words[0]))
		return -1;
	let_go(&words[1]);
	return 0;
}

static struct worker {
	const char *name;
	int (*work)(long round);
	long enough; /* rounds in a second */
	long rounds;
	int failed;
} workers[] = {
	{ .name = "sleeping for ticks", .work = sleep_for_ticks, .enough = 5 },
	{ .name = "sleeping for milliseconds", .work = sleep_for_milliseconds, .enough = 5 },
	{ .name = "giving way", .work = give_way, .enough = 50 },
	{ .name = "waiting, one", .work = hand_over, .enough = 20 },
	{ .name = "waiting, the other", .work = hand_back, .enough = 20 },
};

#define WORKERS (sizeof(workers) / sizeof(*workers))

static void *run(void *argument)
{
	struct worker *worker = argument;

	while (!worker->failed && now() < deadline) {
		worker->failed = worker->work(worker->rounds);
		worker->rounds++;
	}
	/* Whoever waits for this one has to come to its end, too */
	if (worker->work == hand_over)
		let_go(&words[0]);
	if (worker->work == hand_back)
		let_go(&words[1]);
	return NULL;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5, failures = 0;
	struct itimerval timer = { { 0, 3000 }, { 0, 3000 } };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	pthread_t threads[WORKERS];

	deadline = now() + seconds;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, run, &workers[i]);
	for (size_t i = 0; i < WORKERS; i++) {
		const struct worker *worker = &workers[i];
		int failed;

		pthread_join(threads[i], NULL);
		failed = worker->failed || worker->rounds < worker->enough * seconds;
		printf("%s  %s: %ld rounds\n", failed ? "FAIL" : "ok  ", worker->name, worker->rounds);
		failures += failed;
	}
	printf("%s  signals: %ld\n", signals < 20 * seconds ? "FAIL" : "ok  ", (long)signals);
	return failures + (signals < 20 * seconds);
}
