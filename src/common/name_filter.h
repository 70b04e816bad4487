/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Names that somebody looks for, by a few bits of each: most of a kernel's
 * others are passed over at a glance.
 */
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct name_filter {
	uint64_t begins[64]; /* by the first eight bytes */
	uint64_t bits[64];   /* by those, the last eight, and the length */
};

static inline unsigned int name_filter_begin(uint64_t first)
{
	return first * 0x9e3779b97f4a7c15 >> 52;
}

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
	size_t length = strlen(name);
	unsigned int bit = name_filter_bit(name, length);
	uint64_t first = 0;

	filter->bits[bit / 64] |= (uint64_t)1 << bit % 64;
	memcpy(&first, name, length < 8 ? length : 8);
	bit = name_filter_begin(first);
	filter->begins[bit / 64] |= (uint64_t)1 << bit % 64;
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

/*
 * The same of a string whose length is not known yet, which costs more than this does. room: so many bytes can be read
 * from its start.
 */
static inline bool name_filter_may_pass(const struct name_filter *filter, const char *name, size_t room)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t first, ends;
	unsigned int bit;

	if (!filter || room < 8)
		return true;
	memcpy(&first, name, 8);
	first = le64toh(first);
	/* The first zero byte, and what is behind it, counts as zeros. */
	ends = (first - ones) & ~first & 0x80 * ones;
	if (ends)
		first &= (ends & -ends) - 1;
	bit = name_filter_begin(htole64(first));
	return filter->begins[bit / 64] >> bit % 64 & 1;
}
