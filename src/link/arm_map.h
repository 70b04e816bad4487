/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Where a linked program for 32-bit ARM has ARM code and Thumb code, and not
 * data. Symbols tell: $a, $t and $d (ELF for the Arm Architecture, 5.5.5), and
 * those of functions.
 */
#include "arm_instruction.h"

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
bool arm_map_is_empty(const void *map);

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

/* In bytes; of the shortest instruction, and of the one that begins there. */
static inline size_t arm_shortest(const struct arm_run *run)
{
	return run->thumb ? 2 : 4;
}

static inline size_t arm_length_at(const struct arm_run *run, uint64_t address)
{
	return run->thumb && !arm_is_long(arm_half_at(run, address)) ? 2 : 4;
}

/* The instruction there, the first halfword of Thumb code lowest; in bounds. */
static inline uint32_t arm_instruction_at(const struct arm_run *run, uint64_t address)
{
	return arm_length_at(run, address) == 2 ? arm_half_at(run, address) : arm_word_at(run, address);
}
