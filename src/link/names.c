// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash(const char *name)
{
	uint32_t value = 2166136261u; /* FNV-1a */

	while (*name)
		value = (value ^ (unsigned char)*name++) * 16777619u;
	return value;
}

/* The slot that holds the name, or the free one where it belongs. */
static uint32_t *find_slot(const struct names *names, const char *name)
{
	size_t at = hash(name) & (names->slot_count - 1);

	while (names->slots[at] && strcmp(names->list[names->slots[at] - 1], name) != 0)
		at = (at + 1) & (names->slot_count - 1);
	return &names->slots[at];
}

static int grow(struct names *names)
{
	struct names bigger = *names;

	bigger.slot_count = names->slot_count ? names->slot_count * 2 : 64;
	bigger.slots = calloc(bigger.slot_count, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -1;
	bigger.list = realloc(names->list, bigger.slot_count * sizeof(*bigger.list));
	if (!bigger.list) {
		free(bigger.slots);
		return -1;
	}
	for (size_t i = 0; i < names->count; i++)
		*find_slot(&bigger, bigger.list[i]) = i + 1;
	free(names->slots);
	*names = bigger;
	return 0;
}

size_t names_add(struct names *names, const char *name)
{
	uint32_t *slot;

	/* Half of the slots stay free, so a search ends soon. */
	if (names->count * 2 >= names->slot_count && grow(names) < 0)
		return NAMES_NONE;
	slot = find_slot(names, name);
	if (!*slot) {
		names->list[names->count] = name;
		*slot = ++names->count;
	}
	return *slot - 1;
}

size_t names_find(const struct names *names, const char *name)
{
	uint32_t *slot;

	if (names->slot_count == 0)
		return NAMES_NONE;
	slot = find_slot(names, name);
	return *slot ? *slot - 1 : NAMES_NONE;
}

void names_free(struct names *names)
{
	free(names->list);
	free(names->slots);
	*names = (struct names){};
}
