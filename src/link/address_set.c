// SPDX-License-Identifier: GPL-2.0-or-later
#include "address_set.h"

#include <stdlib.h>

/* The slot that has the address, or the free one where it would be. */
static uint64_t *find_slot(const struct address_set *set, uint64_t address)
{
	size_t at = (address * 0x9e3779b97f4a7c15) >> 32;

	while (set->slots[at & (set->slot_count - 1)] && set->slots[at & (set->slot_count - 1)] != address)
		at++;
	return &set->slots[at & (set->slot_count - 1)];
}

static bool grow(struct address_set *set)
{
	struct address_set bigger = { .slot_count = set->slot_count ? set->slot_count * 2 : 1024, .count = set->count };

	bigger.slots = calloc(bigger.slot_count, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < set->slot_count; i++)
		if (set->slots[i])
			*find_slot(&bigger, set->slots[i]) = set->slots[i];
	free(set->slots);
	*set = bigger;
	return true;
}

bool address_set_add(struct address_set *set, uint64_t address)
{
	uint64_t *slot;

	if (!address)
		return true;
	/* Half of the slots stay free, so a search ends soon. */
	if (set->count * 2 >= set->slot_count && !grow(set))
		return false;
	slot = find_slot(set, address);
	set->count += *slot == 0;
	*slot = address;
	return true;
}

bool address_set_has(const struct address_set *set, uint64_t address)
{
	return address && set->slot_count && *find_slot(set, address) == address;
}

void address_set_free(struct address_set *set)
{
	free(set->slots);
	*set = (struct address_set){};
}
