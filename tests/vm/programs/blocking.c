// SPDX-License-Identifier: GPL-2.0-or-later
#include "blocking.h"

#include <err.h>
#include <signal.h>

void blocking_must(int worked, const char *what)
{
	if (!worked)
		err(4, "%s", what);
}

struct timespec in_patience(void)
{
	return (struct timespec){ .tv_sec = PATIENCE_MS / 1000, .tv_nsec = PATIENCE_MS % 1000 * 1000000L };
}

struct timespec when_patience_ends(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	ts.tv_sec += PATIENCE_MS / 1000;
	return ts;
}

long in_ms(const struct timespec *ts)
{
	return ts->tv_sec * 1000 + ts->tv_nsec / 1000000;
}

void blocking_nothing(struct place *place)
{
	(void)place;
}

void wake_by_signal(struct place *place)
{
	kill(place->child, SIGUSR2);
}

void make_pipe(struct place *place)
{
	blocking_must(!pipe(place->fds), "pipe");
}

void wake_reader(struct place *place)
{
	blocking_must(write(place->fds[1], "12345678", 8) == 8, "waking");
}

long by_read(struct place *place)
{
	char buffer[256];

	return pass(SYS_read, place->fds[0], buffer, sizeof(buffer));
}

long by_write(struct place *place)
{
	return pass(SYS_write, place->fds[1], "12345678", 8);
}

void send_watched_signal(struct place *place)
{
	kill(place->child, SIGWINCH);
}

static const struct blocking_family *const families[] = {
	&blocking_time, &blocking_files, &blocking_sockets, &blocking_events, &blocking_processes
};

const struct blocking *blocking_at(size_t index)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (index < families[i]->count)
			return &families[i]->calls[index];
		index -= families[i]->count;
	}
	return NULL;
}
