/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Every way to block in a system call, for signals.c. */
#include <stddef.h>
#include <time.h>

#include "passage.h"

/* The kernel's size of a signal set */
#define SIGSET_SIZE 8UL

/* How long those wait that nobody wakes */
#define PATIENCE_MS 3000

/* What the one who blocks and the one who wakes share; on a page of its own */
struct place {
	unsigned int word;	/* of futexes */
	int fds[4];
	int id;			/* of System V things */
	int child;		/* who blocks */
	long left_ms;		/* what the call says is left of its time, -1 if nothing */
};

struct blocking {
	const char *name;
	void (*prepare)(struct place *place);
	long (*block)(struct place *place);
	void (*wake)(struct place *place);	/* NULL: the time ends it */
	void (*clean)(struct place *place);
};

struct blocking_family {
	const struct blocking *calls;
	size_t count;
};

extern const struct blocking_family blocking_time, blocking_files, blocking_sockets, blocking_events,
	blocking_processes;

/* Of all families; NULL behind the last one */
const struct blocking *blocking_at(size_t index);

/* For more than one family */
void blocking_must(int worked, const char *what);
void blocking_nothing(struct place *place);
struct timespec in_patience(void);
struct timespec when_patience_ends(clockid_t clock);
long in_ms(const struct timespec *ts);
void wake_by_signal(struct place *place);
void make_pipe(struct place *place);
void wake_reader(struct place *place);
long by_read(struct place *place);
long by_write(struct place *place);
void send_watched_signal(struct place *place);
