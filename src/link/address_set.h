/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* A set of addresses; 0 is never in it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_set {
	uint64_t *slots; /* 0 is free; a power of two of them */
	size_t slot_count, count;
};

/* False when memory is short. */
bool address_set_add(struct address_set *set, uint64_t address);
bool address_set_has(const struct address_set *set, uint64_t address);
void address_set_free(struct address_set *set);
