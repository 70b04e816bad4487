/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Instructions of ARM and Thumb code: as words of memory, the first halfword of Thumb code lowest. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest distance that one instruction adds in Thumb code, and two in ARM code. */
enum { ARM_DISTANCE_MAX = 4095 };

/* Whether a Thumb instruction that begins so has another half. */
static inline bool arm_is_long(uint16_t half)
{
	return half >> 11 >= 0x1d;
}

/* MOVW or MOVT. */
struct arm_move {
	bool thumb;
	uint32_t word, condition; /* ARM: the condition */
	unsigned int destination;
	int16_t addend;
};

struct arm_move arm_decode_move(const unsigned char *field, bool thumb);
uint32_t arm_move_without_addend(const struct arm_move *move);

/* Register += distance, less than ARM_DISTANCE_MAX either way; returns how many words. */
size_t arm_encode_distance(const struct arm_move *move, uint32_t words[2]);

/* The move with nothing in it yet, always done: where it was conditional, the branch to here is. */
uint32_t arm_encode_move(const struct arm_move *move);

/* A load of the register from where it points to. */
uint32_t arm_encode_load(const struct arm_move *move);

/* Puts 16 bits into a move without addend. */
uint32_t arm_move_set(uint32_t word, bool thumb, uint16_t value);

/*
 * Whether an instruction of Thumb code may stand before the end of a block of
 * conditional ones, where there can be no branch. What only looks like the start of
 * such a block, as part of something else, counts: rather an error than a wrong program.
 */
bool arm_is_inside_of_block(const unsigned char *code, size_t at);

/* The same, but the last of a block counts, too. */
bool arm_may_be_conditional(const unsigned char *code, size_t at);

/* ARM code: a branch, of which condition and kind stay as they are in word. False if it is too far. */
bool arm_set_branch(uint32_t *word, uint64_t from, uint64_t to);

enum thumb_branch { THUMB_CALL, THUMB_CALL_ARM, THUMB_JUMP };

/* Thumb code: with 32 bits. False if it is too far. */
bool arm_thumb_branch(uint32_t *word, enum thumb_branch kind, uint64_t from, uint64_t to);

/* A conditional one, whose condition stays as it is in word. */
bool arm_thumb_set_conditional(uint32_t *word, uint64_t from, uint64_t to);

/*
 * Where a branch goes that has that in itself: B, BL, BLX, CBZ, with or without
 * condition. False if it is something else.
 */
bool arm_branch_target(uint32_t word, bool thumb, uint64_t at, uint64_t *ret);

/* MOV, MOVS or MOVW of a number to a register, done always. */
bool arm_loads_number(uint32_t word, bool thumb, unsigned int *ret_register, uint32_t *ret_number);

/* SVC, done always or not. */
bool arm_is_system_call(uint32_t word, bool thumb);
