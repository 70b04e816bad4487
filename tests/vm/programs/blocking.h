/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Every way to block in a system call, for signals.c. */
#include <stddef.h>

#include "passage.h"

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

extern const struct blocking blockings[];
extern const size_t blocking_count;
