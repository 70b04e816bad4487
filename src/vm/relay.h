/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Carries data between our standard descriptors and a machine until its program has ended. */
#include <stdbool.h>

struct console;
struct kml_err;
struct machine;

enum relay_end {
	RELAY_EXIT,		/* the program has ended; number is its status */
	RELAY_SIGNAL,		/* number has killed it */
	RELAY_EXEC,		/* it could not be executed; number is the errno */
	RELAY_NO_VERDICT,	/* the machine has ended without telling */
	RELAY_TIMEOUT,
	RELAY_INTERRUPTED,	/* we got signal number */
};

struct relay_result {
	enum relay_end end;
	int number;
	bool no_end_mark;	/* it was to be waited for and has not come */
	int output_error;	/* errno with which one of our outputs failed, but for EPIPE */
	bool output_closed;	/* the reader of one of our outputs has gone */
	char messages[512];	/* of QEMU, as far as they fit */
};

struct relay_options {
	unsigned int timeout;	/* seconds, 0: none */
	bool show_console;	/* on standard error, as it comes */
	bool wait_for_end_mark;	/* of the console, so that all that the kernel had to say is there */
};

/* 0 or -errno; SIGINT, SIGTERM and SIGHUP have to be blocked, and SIGPIPE ignored. */
int relay_run(const struct machine *machine, const struct relay_options *options, struct console *console,
	struct relay_result *ret, struct kml_err *err);
