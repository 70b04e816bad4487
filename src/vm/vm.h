/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* One program, one machine: boots it, runs the program, and is gone. */
#include <stdbool.h>

#include "relay.h"

struct bundle;
struct console;
struct kml_err;
struct vm_architecture;
struct vm_board;

struct vm_options {
	const struct vm_architecture *architecture;
	const struct vm_board *board;
	const char *kernel;	/* its image */
	const char *append;	/* for the kernel command line, or NULL */
	bool parallel; /* run the processors at the same time */
	unsigned int cpus;
	unsigned int memory;	/* MiB */
	bool icount;
	bool strict;		/* wait until the console is complete */
	bool verbose;		/* show the console */
	unsigned int timeout;	/* seconds, 0: none */
};

/*
 * Adds init and the job to the bundle, which holds the program at path, and
 * runs it. What the kernel has printed is in console afterwards.
 */
int vm_run(struct bundle *bundle, const char *path, char *const argv[], char *const envp[],
	const struct vm_options *options, struct console *console, struct relay_result *ret, struct kml_err *err);
