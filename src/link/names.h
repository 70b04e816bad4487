/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* A set of names, numbered in the order in which they came. Borrows the strings. */
#include <stddef.h>
#include <stdint.h>

struct names {
	const char **list;
	size_t count;
	struct name_slot {
		uint32_t number; /* + 1; 0 is free */
		uint32_t hash;
	} *slots; /* a power of two of them */
	size_t slot_count;
};

#define NAMES_NONE SIZE_MAX

/* Number of the name, added if it was not there; NAMES_NONE when memory is short. */
size_t names_add(struct names *names, const char *name);
size_t names_find(const struct names *names, const char *name);
void names_free(struct names *names);
