// SPDX-License-Identifier: GPL-2.0-or-later
#include "nearest.h"

#include <string.h>

#define LENGTH_MAX 128

static unsigned int minimum(unsigned int one, unsigned int other)
{
	return one < other ? one : other;
}

unsigned int nearest_distance(const char *one, const char *other, unsigned int limit)
{
	unsigned int rows[3][LENGTH_MAX + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];
	size_t columns = strlen(other), length = strlen(one);

	if (length > LENGTH_MAX || columns > LENGTH_MAX || length > columns + limit || columns > length + limit)
		return limit + 1;
	for (size_t j = 0; j <= columns; j++)
		last[j] = j;
	for (size_t i = 1; i <= length; i++) {
		unsigned int *spare = before, best;

		row[0] = best = i;
		for (size_t j = 1; j <= columns; j++) {
			row[j] = minimum(minimum(last[j], row[j - 1]) + 1, last[j - 1] + (one[i - 1] != other[j - 1]));
			if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
				row[j] = minimum(row[j], before[j - 2] + 1);
			best = minimum(best, row[j]);
		}
		if (best > limit)
			return limit + 1;
		before = last;
		last = row;
		row = spare;
	}
	return minimum(last[columns], limit + 1);
}

unsigned int nearest_limit(const char *name)
{
	size_t length = strlen(name);

	return length < 5 ? 1 : length < 16 ? 2 : 3;
}
