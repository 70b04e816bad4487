/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Names that somebody looks for, by a few bits of each: most of a kernel's
 * others are passed over at a glance.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct name_filter {
	uint64_t bits[64];
};

static inline unsigned int name_filter_bit(const char *name, size_t length)
{
	uint64_t first = 0, last = 0;

	if (length >= 8) {
		memcpy(&first, name, 8);
		memcpy(&last, name + length - 8, 8);
	} else {
		memcpy(&first, name, length);
	}
	/* The last step leaves the bits that all others have gone into. */
	return (first * 0x9e3779b97f4a7c15 + (last ^ length) * 0xc2b2ae3d27d4eb4f) >> 52;
}

static inline void name_filter_add(struct name_filter *filter, const char *name)
{
	unsigned int bit = name_filter_bit(name, strlen(name));

	filter->bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

/* Whether all that pass one pass the other. */
static inline bool name_filter_covers(const struct name_filter *filter, const struct name_filter *narrower)
{
	for (size_t i = 0; i < sizeof(filter->bits) / sizeof(filter->bits[0]); i++)
		if (narrower->bits[i] & ~filter->bits[i])
			return false;
	return true;
}

/* False: it is none of them. filter: NULL for all names. */
static inline bool name_filter_passes(const struct name_filter *filter, const char *name, size_t length)
{
	unsigned int bit;

	if (!filter)
		return true;
	bit = name_filter_bit(name, length);
	return filter->bits[bit / 64] >> bit % 64 & 1;
}
