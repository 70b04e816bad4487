/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Runs what may end badly in a process of its own, and says on a line how it
 * ended, in words that are the same wherever the program lies in memory.
 */
#include <stddef.h>

struct attempt {
	const char *name;
	long (*make)(void);
};

/* Prints a line for each; the value is what make() returned, unless a signal came in between */
void outcomes(const struct attempt *attempts, size_t count);

/* For an attempt that puts up handlers itself: records a signal and ends the process */
void outcome_catch(void);
