/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What is in the trusted directory, whoever put it there: all that could start in kernel mode, and what is wrong with it. */
#include <stdio.h>

struct kml_err;
struct place;

/*
 * Prints a line for each entry in order: name, SHA-256, who installed it, when,
 * and what it imports, with tabs between them; "-" for what is not known. A
 * sixth field says what is wrong.
 */
int inventory_list(const struct place *place, FILE *out, struct kml_err *err);

/*
 * Checks the entries of these names, or all when count is 0, against their records and the rules, and has each thing
 * that is wrong told. Returns how many are, or -errno.
 */
int inventory_verify(const struct place *place, char *const *names, size_t count, void (*tell)(const struct kml_err *problem),
	struct kml_err *err);
