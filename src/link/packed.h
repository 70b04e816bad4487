/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Packed relative relocations (DT_RELR): a list of places to which the address is
 * added where the program lies, an address and then bits for the words behind it.
 */
#include <stddef.h>
#include <stdint.h>

struct kml_err;
struct program;

/* Entry by entry, in the words of the program. */
struct packed_table {
	unsigned char *bytes;
	size_t word;  /* bytes of one */
	size_t count; /* of words */
};

/*
 * Takes places, which are sorted, out of the table. 0, -ENOMEM, -EINVAL if it has
 * more than limit of them, or -E2BIG if the rest has no room in it.
 */
int packed_drop_from(const struct packed_table *table, size_t limit, const uint64_t *places, size_t count);

/* The same for the program's table, if it has one. */
int packed_drop(struct program *program, const uint64_t *places, size_t count, struct kml_err *err);
