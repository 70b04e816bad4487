// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * signals WAY: each call that can block x each way to disturb it by a signal,
 * made by WAY (instruction or gate). Prints a line for each: whether the call
 * went on, what it returned, what it said of the time left, and whether it
 * ended in time. The lines must not depend on WAY, nor on the mode.
 *
 * Nothing here waits for a while and hopes: that someone blocks is read from
 * /proc. Only calls that nobody wakes are timed, in a machine whose clock does not
 * depend on the host.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "blocking.h"

/* Those that wait for the time need little of the CPU; the others look at each other often */
enum { TIMED_AT_ONCE = 48, WOKEN_AT_ONCE = 12, LIMIT_MS = 20000, GLANCE_US = 5000 };

struct scene {
	volatile int ready, handled, returned;
	long result, started_ms, ended_ms;
	struct place place;
	char line[160];
};

static struct scene *scene;

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void on_signal(int number)
{
	(void)number;
	scene->handled++;
}

static void react(int number, void (*reaction)(int), int flags)
{
	struct sigaction action = { .sa_handler = reaction, .sa_flags = flags };

	sigaction(number, &action, NULL);
}

/* As in /proc/PID/stat: R, S, T, ... */
static char state_of(pid_t pid)
{
	char path[32], text[256] = "";
	char *end;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		_exit(3);
	close(fd);
	end = strrchr(text, ')');
	return end ? end[2] : '?';
}

/* Waits until the blocker sleeps in its call (true) or has come out of it (false) */
static int settles(void)
{
	long deadline = now_ms() + LIMIT_MS;

	while (now_ms() < deadline) {
		char state = state_of(scene->place.child);

		if (scene->returned)
			return 0;
		if (scene->ready && state == 'S')
			return 1;
		usleep(GLANCE_US);
	}
	return -1;
}

static void wait_for_state(char state)
{
	long deadline = now_ms() + LIMIT_MS;

	while (state_of(scene->place.child) != state && now_ms() < deadline)
		usleep(GLANCE_US);
}

static void send_handled(void)
{
	long deadline = now_ms() + LIMIT_MS;
	int before = scene->handled;

	kill(scene->place.child, SIGUSR1);
	while (scene->handled == before && now_ms() < deadline)
		usleep(GLANCE_US);
}

static void send_ignored(void)
{
	kill(scene->place.child, SIGUSR1);
}

static void stop_and_continue(void)
{
	kill(scene->place.child, SIGSTOP);
	wait_for_state('T');
	kill(scene->place.child, SIGCONT);
}

static const struct disturbance {
	const char *name;
	void (*disturb)(void);
	void (*reaction)(int);
	int flags, times;
} disturbances[] = {
	{ "handler", send_handled, on_signal, 0, 1 },
	{ "handler, SA_RESTART", send_handled, on_signal, SA_RESTART, 1 },
	{ "handler, SA_RESTART, twice", send_handled, on_signal, SA_RESTART, 2 },
	{ "ignored", send_ignored, SIG_IGN, 0, 1 },
	{ "stopped", stop_and_continue, SIG_DFL, 0, 1 },
	{ "stopped twice", stop_and_continue, SIG_DFL, 0, 2 },
};
enum { DISTURBANCES = sizeof(disturbances) / sizeof(*disturbances) };

static void be_blocker(const struct blocking *blocking, const struct disturbance *disturbance)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	react(SIGUSR1, disturbance->reaction, disturbance->flags);
	/* Does not count as a disturbance, but ends what nothing else ends */
	react(SIGUSR2, on_signal, 0);
	scene->place.child = getpid();
	scene->started_ms = now_ms();
	scene->ready = 1;
	scene->result = blocking->block(&scene->place);
	scene->ended_ms = now_ms();
	scene->returned = 1;
	_exit(0);
}

/* Result, time left and time of the end, as far as they must be the same in each run */
static void describe(const struct blocking *blocking, char *text, size_t size)
{
	const char *left = scene->place.left_ms < 0 ? "untold" :
		scene->place.left_ms < PATIENCE_MS * 3 / 4  ? "some" :
							      "all";
	const char *ended = blocking->wake			     ? "" :
		scene->ended_ms - scene->started_ms < PATIENCE_MS * 3 / 4 ? ", early" :
		scene->ended_ms - scene->started_ms < PATIENCE_MS * 7 / 5 ? ", in time" :
									    ", late";

	if (scene->result < 0)
		snprintf(text, size, "%s, left %s%s", strerrorname_np((int)-scene->result), left, ended);
	else
		snprintf(text, size, "%ld, left %s%s", scene->result, left, ended);
}

static void play(const struct blocking *blocking, const struct disturbance *disturbance)
{
	int blocked, goes_on = 0;
	char end[96];
	pid_t pid;

	scene->place.left_ms = -1;
	blocking->prepare(&scene->place);
	pid = fork();
	if (pid == 0)
		be_blocker(blocking, disturbance);
	scene->place.child = pid;
	blocked = settles();
	if (blocked == 1 && !blocking->wake)
		usleep((useconds_t)(PATIENCE_MS / 2 - (now_ms() - scene->started_ms)) * 1000);
	for (int i = 0; i < disturbance->times && blocked == 1; i++) {
		disturbance->disturb();
		blocked = settles();
		goes_on += blocked;
	}
	if (blocked == 1 && blocking->wake)
		blocking->wake(&scene->place);
	for (long deadline = now_ms() + LIMIT_MS; !scene->returned && now_ms() < deadline;)
		usleep(GLANCE_US);
	if (scene->returned)
		describe(blocking, end, sizeof(end));
	else
		snprintf(end, sizeof(end), "HANGS");
	snprintf(scene->line, sizeof(scene->line), "%s, %s: went on %d times, handled %d, %s", blocking->name,
		disturbance->name, goes_on, scene->handled, end);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (blocking->clean)
		blocking->clean(&scene->place);
}

static int play_all(struct scene *scenes, bool timed, size_t at_once)
{
	size_t playing = 0;
	int status, bad = 0;

	for (size_t i = 0; blocking_at(i / DISTURBANCES); i++) {
		const struct blocking *blocking = blocking_at(i / DISTURBANCES);

		if (!blocking->wake != timed)
			continue;
		if (playing == at_once) {
			bad |= wait(&status) < 0 || status;
			playing--;
		}
		if (fork() == 0) {
			scene = &scenes[i];
			play(blocking, &disturbances[i % DISTURBANCES]);
			_exit(0);
		}
		playing++;
	}
	for (; playing; playing--)
		bad |= wait(&status) < 0 || status;
	return bad;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	struct scene *scenes;
	int bad;

	if (argc != 2)
		return 2;
	passage_choose(argv[1]);
	while (blocking_at(count / DISTURBANCES))
		count++;
	scenes = mmap(NULL, count * sizeof(*scenes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bad = play_all(scenes, false, WOKEN_AT_ONCE);
	bad |= play_all(scenes, true, TIMED_AT_ONCE);
	for (size_t i = 0; i < count; i++)
		puts(scenes[i].line);
	return bad;
}
