/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* A QEMU process and the descriptors that lead into it. */
#include <stdbool.h>
#include <sys/types.h>

#include "guest/job.h"

struct kml_err;
struct vm_architecture;
struct vm_board;

struct machine_options {
	const struct vm_architecture *architecture;
	const struct vm_board *board;
	const char *kernel;	/* its image */
	int initramfs;		/* descriptor */
	const char *command_line;
	bool parallel; /* run the processors at the same time */
	unsigned int cpus;
	unsigned int memory;	/* MiB */
	bool icount;		/* one CPU whose clock counts instructions */
};

enum machine_channel {
	/* JOB_PORT_STDIN to JOB_PORT_CONTROL come first */
	MACHINE_CONSOLE = JOB_PORT_END,
	MACHINE_MESSAGES,	/* QEMU's own standard error */
	MACHINE_CHANNELS,
};

struct machine {
	pid_t pid;
	int channel[MACHINE_CHANNELS];	/* non-blocking; [0] is not used */
};

/* The machine ends when the caller does, however that happens. -ENOENT when QEMU is not installed. */
int machine_start(const struct machine_options *options, struct machine *ret, struct kml_err *err);

/* Ends it and waits until it is gone; no-op on a machine that was not started. */
void machine_stop(struct machine *machine);
