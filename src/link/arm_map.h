/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Where a linked program for 32-bit ARM has ARM code and Thumb code, and not
 * data. Symbols tell: $a, $t and $d (ELF for the Arm Architecture, 5.5.5), and
 * those of functions.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct program;

/* Code of one kind, as the file was. */
struct arm_run {
	const unsigned char *code;
	uint64_t start, end;
	bool thumb;
};

/* For struct linked_relocations. */
void *arm_map_make(const struct program *program);
void arm_map_free(void *map);

typedef int visit_arm_run(const struct arm_run *run, void *context);

/* All that has something between the addresses, upwards, until visit returns something other than 0. */
int arm_map_visit(const void *map, uint64_t from, uint64_t to, visit_arm_run *visit, void *context);

/* The instruction there, or a part of it; in bounds. */
static inline uint32_t arm_word_at(const struct arm_run *run, uint64_t address)
{
	uint32_t word;

	memcpy(&word, run->code + (address - run->start), sizeof(word));
	return word;
}

static inline uint16_t arm_half_at(const struct arm_run *run, uint64_t address)
{
	uint16_t half;

	memcpy(&half, run->code + (address - run->start), sizeof(half));
	return half;
}

/* Whether a Thumb instruction that begins so has another half. */
static inline bool arm_is_long(uint16_t half)
{
	return half >> 11 >= 0x1d;
}
