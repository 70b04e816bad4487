// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* All symbols of a kernel go through here, most of them in vain: shifts and additions, and a last step that mixes. */
static uint32_t hash(const char *name)
{
	uint32_t value = 5381;

	while (*name)
		value = value * 33 + (unsigned char)*name++;
	return value ^ value >> 15;
}

/* The slot that holds the name, or the free one where it belongs. */
static struct name_slot *find_slot(const struct names *names, const char *name, uint32_t value)
{
	size_t at = value & (names->slot_count - 1);

	while (names->slots[at].number && (names->slots[at].hash != value ||
			strcmp(names->list[names->slots[at].number - 1], name) != 0))
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
	for (size_t i = 0; i < names->count; i++) {
		uint32_t value = hash(bigger.list[i]);

		*find_slot(&bigger, bigger.list[i], value) = (struct name_slot){ i + 1, value };
	}
	free(names->slots);
	*names = bigger;
	return 0;
}

size_t names_add(struct names *names, const char *name)
{
	uint32_t value = hash(name);
	struct name_slot *slot;

	/* Three of four slots stay free, so a search mostly ends at the first. */
	if (names->count * 4 >= names->slot_count && grow(names) < 0)
		return NAMES_NONE;
	slot = find_slot(names, name, value);
	if (!slot->number) {
		names->list[names->count] = name;
		*slot = (struct name_slot){ ++names->count, value };
	}
	return slot->number - 1;
}

size_t names_find(const struct names *names, const char *name)
{
	const struct name_slot *slot;

	if (names->slot_count == 0)
		return NAMES_NONE;
	slot = find_slot(names, name, hash(name));
	return slot->number ? slot->number - 1 : NAMES_NONE;
}

void names_free(struct names *names)
{
	free(names->list);
	free(names->slots);
	*names = (struct names){};
}
