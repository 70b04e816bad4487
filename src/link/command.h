/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Runs other programs: the compiler driver, which knows its assembler, linker and libraries, and ar. */
#include <stdbool.h>
#include <stddef.h>

struct kml_err;

struct command {
	const char **words; /* borrowed strings; NULL-terminated */
	size_t count;
	bool failed; /* a word found no memory */
};

void command_add(struct command *command, const char *word);

/* Adds the words of a string that are parted by blanks, as make does with $(CC); they live as long as *storage. */
void command_add_split(struct command *command, const char *words, char **storage);

/*
 * Runs it, with messages in English so that they can be read here. Returns its
 * exit status, or -errno when it cannot be started or died of a signal. With
 * ret_output, what it writes to stderr comes back there instead of to the user.
 */
int command_run(const struct command *command, bool verbose, char **ret_output, struct kml_err *err);
/* Ends what command_run() is waiting for; for signal handlers. */
void command_stop(void);
void command_free(struct command *command);
