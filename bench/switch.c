// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Context switches between two processes that take turns. Under SCHED_FIFO a
 * yield is nothing but a switch, and always one to the other of the two.
 */
#include "measure.h"
#include "start/system.h"

#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct turns {
	unsigned long stamp;	/* of who has yielded last */
	bool ready, done;
	unsigned long samples[2][SAMPLES];
};

static void yield(void)
{
	system_raw(SYS_sched_yield, 0, 0, 0);
}

static void take_turns(volatile struct turns *turns, int who)
{
	for (int i = 0; i < SAMPLES; i++) {
		turns->stamp = counter();
		yield();
		turns->samples[who][i] = counter() - turns->stamp;
	}
}

static volatile struct turns *map(int fd)
{
	void *turns = mmap(NULL, sizeof(struct turns), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (turns == MAP_FAILED)
		err(1, "mmap");
	return turns;
}

void be_partner(int shared_memory)
{
	volatile struct turns *turns = map(shared_memory);

	/* All pages in both, before anything is counted */
	for (int i = 0; i < SAMPLES; i++)
		turns->samples[1][i] = 0;
	turns->ready = true;
	yield();
	take_turns(turns, 1);
	turns->done = true;
	_exit(0);
}

static pid_t start_partner(const char *partner, int fd)
{
	char number[16];
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	if (!partner)
		be_partner(fd);
	snprintf(number, sizeof(number), "%d", fd);
	execl(partner, partner, "--partner-of", number, (char *)NULL);
	err(127, "%s", partner);
}

void count_switch(const char *partner)
{
	struct sched_param real_time = { .sched_priority = 1 }, ordinary = { 0 };
	int fd = memfd_create("turns", 0), status;
	volatile struct turns *turns;
	pid_t pid;

	if (fd < 0 || ftruncate(fd, sizeof(struct turns)) < 0)
		err(1, "memfd");
	turns = map(fd);
	for (int i = 0; i < SAMPLES; i++)
		turns->samples[0][i] = 0;
	if (sched_setscheduler(0, SCHED_FIFO, &real_time) < 0)
		err(1, "SCHED_FIFO");
	pid = start_partner(partner, fd);
	while (!turns->ready && waitpid(pid, &status, WNOHANG) == 0)
		yield();
	if (!turns->ready)
		errx(1, "the partner does not run");
	take_turns(turns, 0);
	while (!turns->done)
		yield();
	waitpid(pid, &status, 0);
	sched_setscheduler(0, SCHED_OTHER, &ordinary);
	printf("switch-here %lu\n", most_frequent((unsigned long *)turns->samples[0]) - measuring());
	printf("switch-there %lu\n", most_frequent((unsigned long *)turns->samples[1]) - measuring());
	munmap((void *)turns, sizeof(*turns));
	close(fd);
}
