// SPDX-License-Identifier: GPL-2.0-or-later
/* Places are taken out of packed relocations, and all others stay. */
#include "link/packed.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES = 24, PLACES = ENTRIES * 64, ROUNDS = 3000 };

struct list {
	uint64_t place[PLACES];
	size_t count;
};

static void put(const struct packed_table *table, size_t number, uint64_t entry)
{
	memcpy(table->bytes + number * table->word, &entry, table->word);
}

/* As the loader reads it (gABI, "Relative Relocation Table"). */
static void load(const struct packed_table *table, struct list *ret)
{
	uint64_t where = 0;

	ret->count = 0;
	for (size_t i = 0; i < table->count; i++) {
		uint64_t entry = 0;

		memcpy(&entry, table->bytes + i * table->word, table->word);
		if (!(entry & 1)) {
			ret->place[ret->count++] = entry;
			where = entry + table->word;
			continue;
		}
		for (size_t bit = 1; bit < 8 * table->word; bit++)
			if (entry >> bit & 1)
				ret->place[ret->count++] = where + (bit - 1) * table->word;
		where += (8 * table->word - 1) * table->word;
	}
}

/* Any list that a linker could write: upwards in each of several parts. */
static void make(const struct packed_table *table)
{
	uint64_t next = 0x1000 + rand() % 64 * table->word, bits;

	put(table, 0, next);
	for (size_t i = 1; i < table->count; i++) {
		if (rand() % 3 == 0) {
			next += 0x1000 + rand() % 64 * table->word;
			put(table, i, rand() % 5 ? next : next % 0x3000 / table->word * table->word);
			continue;
		}
		bits = (uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ rand();
		put(table, i, (rand() % 4 ? bits : bits & bits >> 7 & bits >> 13) | 1);
		next += (8 * table->word - 1) * table->word;
	}
}

static int compare(const void *one, const void *other)
{
	uint64_t first = *(const uint64_t *)one, second = *(const uint64_t *)other;

	return first < second ? -1 : first > second;
}

static void drops(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		unsigned char bytes[ENTRIES * 8];
		struct packed_table table = { bytes, rand() % 2 ? 8 : 4, 1 + rand() % ENTRIES };
		static struct list before, after, dropped, expected;
		int share = rand() % 5;

		make(&table);
		load(&table, &before);
		dropped.count = expected.count = 0;
		for (size_t i = 0; i < before.count; i++)
			if (rand() % 4 < share)
				dropped.place[dropped.count++] = before.place[i];
		qsort(dropped.place, dropped.count, sizeof(uint64_t), compare);
		for (size_t i = 0; i < before.count; i++)
			if (!bsearch(&before.place[i], dropped.place, dropped.count, sizeof(uint64_t), compare))
				expected.place[expected.count++] = before.place[i];
		assert_int_equal(packed_drop_from(&table, before.count, dropped.place, dropped.count), 0);
		load(&table, &after);
		assert_int_equal(after.count, expected.count);
		assert_memory_equal(after.place, expected.place, expected.count * sizeof(uint64_t));
	}
}

static void refuses_too_many(void **state)
{
	unsigned char bytes[16];
	const struct packed_table table = { bytes, 8, 2 };
	const uint64_t place = 0x1000;

	(void)state;
	put(&table, 0, place);
	put(&table, 1, ~UINT64_C(0));
	assert_int_equal(packed_drop_from(&table, 63, &place, 1), -EINVAL);
	assert_int_equal(packed_drop_from(&table, 64, &place, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(drops), cmocka_unit_test(refuses_too_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
