// SPDX-License-Identifier: GPL-2.0-or-later
#include "measure.h"

static int ascending(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x > y) - (x < y);
}

unsigned long most_frequent(unsigned long *samples)
{
	unsigned long best = 0;
	int best_length = 0, length = 1;

	qsort(samples, SAMPLES, sizeof(*samples), ascending);
	for (int i = 1; i <= SAMPLES; i++) {
		if (i < SAMPLES && samples[i] == samples[i - 1]) {
			length++;
			continue;
		}
		if (length > best_length) {
			best_length = length;
			best = samples[i - 1];
		}
		length = 1;
	}
	return best;
}

unsigned long quartile(unsigned long *samples, size_t number)
{
	qsort(samples, number, sizeof(*samples), ascending);
	return samples[number / 4];
}

unsigned long measuring(void)
{
	static unsigned long samples[SAMPLES], known;

	for (int i = 0; !known && i < SAMPLES; i++) {
		unsigned long start = counter();

		samples[i] = counter() - start;
	}
	if (!known)
		known = most_frequent(samples);
	return known;
}
