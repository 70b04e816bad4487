/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Unix archives (ar), read member by member and written again with some
 * members replaced. The symbol index is kept and its offsets are moved, so a
 * replaced member must define the same symbols as before.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct kml_err;

struct archive_member {
	char name[256];
	size_t header; /* offset of its header in the archive */
	const unsigned char *bytes;
	size_t size;
	bool special; /* symbol index or table of long names */
};

bool archive_is(const void *bytes, size_t size);

/* Reads the member at *offset (0 at first) and moves it on: 1, 0 at the end, or -errno. */
int archive_next(const char *name, const unsigned char *bytes, size_t size, size_t *offset,
	struct archive_member *ret, struct kml_err *err);

struct archive_replacement {
	size_t header; /* of the member to replace */
	const unsigned char *bytes;
	size_t size;
};

/* replacements are in the order of the members. */
int archive_write(FILE *output, const char *name, const unsigned char *bytes, size_t size,
	const struct archive_replacement *replacements, size_t count, struct kml_err *err);
