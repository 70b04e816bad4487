// SPDX-License-Identifier: GPL-2.0-or-later
#include "packed.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct places {
	uint64_t *list;
	size_t count, limit;
};

static uint64_t entry_at(const struct packed_table *table, size_t number)
{
	uint64_t entry = 0;

	memcpy(&entry, table->bytes + number * table->word, table->word);
	return entry;
}

static void set_entry(const struct packed_table *table, size_t number, uint64_t entry)
{
	memcpy(table->bytes + number * table->word, &entry, table->word);
}

/* How many words one entry of bits tells of: one bit says that it is none with an address. */
static size_t words_of_bits(const struct packed_table *table)
{
	return 8 * table->word - 1;
}

static int compare(const void *one, const void *other)
{
	uint64_t first = *(const uint64_t *)one, second = *(const uint64_t *)other;

	return first < second ? -1 : first > second;
}

static bool add_place(struct places *places, uint64_t place)
{
	if (places->count == places->limit)
		return false;
	places->list[places->count++] = place;
	return true;
}

/* Not all linkers write it upwards: mold does so for each section. */
static bool unpack(const struct packed_table *table, struct places *ret)
{
	uint64_t next = 0;

	for (size_t i = 0; i < table->count; i++) {
		uint64_t entry = entry_at(table, i);

		if (entry & 1) {
			for (size_t bit = 0; bit < words_of_bits(table); bit++)
				if (entry >> (bit + 1) & 1 && !add_place(ret, next + bit * table->word))
					return false;
			next += words_of_bits(table) * table->word;
		} else {
			if (!add_place(ret, entry))
				return false;
			next = entry + table->word;
		}
	}
	return true;
}

/* The bits of the places behind the number that one entry can tell of. */
static uint64_t bits_behind(const struct packed_table *table, const struct places *places, size_t *number, uint64_t next)
{
	uint64_t bits = 0;

	for (; *number < places->count; (*number)++) {
		uint64_t distance = places->list[*number] - next;

		if (distance % table->word || distance / table->word >= words_of_bits(table))
			break;
		bits |= UINT64_C(2) << distance / table->word;
	}
	return bits;
}

/* What is left of the table says nothing: bits for no word. False if there is no room, as linkers know to pack better. */
static bool pack(const struct packed_table *table, const struct places *places)
{
	size_t used = 0, number = 0;

	while (number < places->count) {
		uint64_t next = places->list[number] + table->word, bits;

		if (used == table->count)
			return false;
		set_entry(table, used++, places->list[number++]);
		while ((bits = bits_behind(table, places, &number, next))) {
			if (used == table->count)
				return false;
			set_entry(table, used++, bits | 1);
			next += words_of_bits(table) * table->word;
		}
	}
	while (used < table->count)
		set_entry(table, used++, 1);
	return true;
}

int packed_drop_from(const struct packed_table *table, size_t limit, const uint64_t *places, size_t count)
{
	struct places all = { .list = calloc(limit + 1, sizeof(*all.list)), .limit = limit };
	_cleanup_free_ uint64_t *list = all.list;
	size_t kept = 0;

	if (!list)
		return -ENOMEM;
	if (!unpack(table, &all))
		return -EINVAL;
	for (size_t i = 0; i < all.count; i++)
		if (!bsearch(&list[i], places, count, sizeof(*places), compare))
			list[kept++] = list[i];
	if (kept == all.count)
		return 0;
	all.count = kept;
	return pack(table, &all) ? 0 : -E2BIG;
}

int packed_drop(struct program *program, const uint64_t *places, size_t count, struct kml_err *err)
{
	struct packed_table table = { .word = program->form->word };
	uint64_t address, size;
	int result;

	if (!program_dynamic(program, DT_RELR, &address) || !program_dynamic(program, DT_RELRSZ, &size) || !size)
		return 0;
	table.bytes = program_at(program, address, size);
	table.count = size / table.word;
	/* The words at the places are in the file, apart from each other. */
	result = table.bytes && size % table.word == 0 ?
		packed_drop_from(&table, program->image.size / table.word, places, count) : -EINVAL;
	switch (result) {
	case -ENOMEM:
		return err_set(err, ENOMEM, "out of memory");
	case -EINVAL:
		return err_set(err, EINVAL, "%s: packed relocations (DT_RELR): malformed, or outside of the file", program->name);
	case -E2BIG:
		return err_set(err, ENOTSUP, "%s: packed relocations (DT_RELR) that cannot be packed anew: "
			"link with -z nopack-relative-relocs", program->name);
	default:
		return result;
	}
}
