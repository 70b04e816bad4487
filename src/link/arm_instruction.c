// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_instruction.h"

#include <string.h>

enum { WORD = 4 };

struct arm_move arm_decode_move(const unsigned char *field, bool thumb)
{
	struct arm_move move = { .thumb = thumb };
	uint32_t word;

	memcpy(&word, field, WORD);
	move.word = word;
	if (thumb) {
		move.destination = word >> 24 & 0xf;
		move.addend = (int16_t)((word & 0xf) << 12 | (word >> 10 & 1) << 11 | (word >> 28 & 7) << 8 | (word >> 16 & 0xff));
	} else {
		move.condition = word & 0xf0000000;
		move.destination = word >> 12 & 0xf;
		move.addend = (int16_t)((word >> 4 & 0xf000) | (word & 0xfff));
	}
	return move;
}

uint32_t arm_move_without_addend(const struct arm_move *move)
{
	return move->word & (move->thumb ? ~UINT32_C(0x70ff040f) : ~UINT32_C(0xf0fff));
}

size_t arm_encode_distance(const struct arm_move *move, uint32_t words[2])
{
	uint32_t size = move->addend < 0 ? -move->addend : move->addend, both;

	if (!size)
		return 0;
	if (move->thumb) { /* addw or subw */
		words[0] = (move->addend < 0 ? 0xf2a0 : 0xf200) | move->destination | (size >> 11 & 1) << 10 |
			(size >> 8 & 7) << 28 | move->destination << 24 | (size & 0xff) << 16;
		return 1;
	}
	both = (move->addend < 0 ? 0xe2400000 : 0xe2800000) | move->destination << 16 | move->destination << 12;
	words[0] = both | (size & 0xff);
	words[1] = both | 0xc00 | size >> 8;
	return 2;
}

uint32_t arm_encode_move(const struct arm_move *move)
{
	uint32_t word = arm_move_without_addend(move);

	return move->thumb ? word : (word & ~UINT32_C(0xf0000000)) | 0xe0000000;
}

uint32_t arm_encode_load(const struct arm_move *move)
{
	if (move->thumb)
		return 0xf8d0 | move->destination | move->destination << 28;
	return 0xe5900000 | move->destination << 16 | move->destination << 12;
}

/* Whether the instruction may be in such a block, with as many at least behind it there. */
static bool is_in_block(const unsigned char *code, size_t at, size_t behind)
{
	enum { LONGEST = 3 * 4 + 2 }; /* from the start of a block to its last instruction */

	for (size_t back = 2; back <= LONGEST && back <= at; back += 2) {
		size_t place = at - back, instructions = 4, nth = 1;
		uint16_t halfword;

		memcpy(&halfword, code + place, sizeof(halfword));
		/* No such block has the condition 15, but branches look so that the linker has to complete. */
		if ((halfword & 0xff00) != 0xbf00 || !(halfword & 0xf) || (halfword & 0xf0) == 0xf0)
			continue;
		while (!(halfword & 1)) {
			halfword >>= 1;
			instructions--;
		}
		for (place += 2; place < at; nth++) {
			memcpy(&halfword, code + place, sizeof(halfword));
			place += arm_is_long(halfword) ? 4 : 2;
		}
		if (place == at && nth + behind <= instructions)
			return true;
	}
	return false;
}

bool arm_is_inside_of_block(const unsigned char *code, size_t at)
{
	return is_in_block(code, at, 1);
}

bool arm_may_be_conditional(const unsigned char *code, size_t at)
{
	return is_in_block(code, at, 0);
}

uint32_t arm_move_set(uint32_t word, bool thumb, uint16_t value)
{
	if (!thumb)
		return word | (uint32_t)(value & 0xf000) << 4 | (value & 0xfff);
	return word | value >> 12 | (uint32_t)(value >> 11 & 1) << 10 | (uint32_t)(value >> 8 & 7) << 28 |
		(uint32_t)(value & 0xff) << 16;
}

static bool fits(int64_t distance, unsigned int bits)
{
	return distance >= -((int64_t)1 << (bits - 1)) && distance < (int64_t)1 << (bits - 1);
}

bool arm_set_branch(uint32_t *word, uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)(to - from - 8);

	if (!fits(distance, 26))
		return false;
	*word = (*word & 0xff000000) | ((uint32_t)distance >> 2 & 0xffffff);
	return true;
}

bool arm_thumb_branch(uint32_t *word, enum thumb_branch kind, uint64_t from, uint64_t to)
{
	static const uint32_t second[] = { [THUMB_CALL] = 0xd000, [THUMB_CALL_ARM] = 0xc000, [THUMB_JUMP] = 0x9000 };
	/* Words of ARM code are counted from the word that the instruction is in */
	int64_t distance = (int64_t)((to & ~(uint64_t)1) - (from + 4 - (kind == THUMB_CALL_ARM ? from & 2 : 0)));
	uint32_t bits = (uint32_t)distance, sign = bits >> 31;
	uint32_t first_bit = !(bits >> 23 & 1) ^ sign, second_bit = !(bits >> 22 & 1) ^ sign;

	if (!fits(distance, 25))
		return false;
	*word = 0xf000 | sign << 10 | (bits >> 12 & 0x3ff) |
		(second[kind] | first_bit << 13 | second_bit << 11 | (bits >> 1 & 0x7ff)) << 16;
	return true;
}

bool arm_thumb_set_conditional(uint32_t *word, uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)((to & ~(uint64_t)1) - from - 4);
	uint32_t bits = (uint32_t)distance;

	if (!fits(distance, 21))
		return false;
	*word = 0xf000 | (*word & 0x3c0) | (bits >> 20 & 1) << 10 | (bits >> 12 & 0x3f) |
		(0x8000 | (bits >> 18 & 1) << 13 | (bits >> 19 & 1) << 11 | (bits >> 1 & 0x7ff)) << 16;
	return true;
}

static int32_t extend(uint32_t value, unsigned int bits)
{
	return (int32_t)(value << (32 - bits)) >> (32 - bits);
}

static bool arm_code_target(uint32_t word, uint64_t at, uint64_t *ret)
{
	if ((word & 0x0e000000) != 0x0a000000)
		return false;
	*ret = (uint32_t)(at + 8 + (int64_t)extend(word & 0xffffff, 24) * WORD);
	return true;
}

/* B with and without condition, CBZ and CBNZ. */
static bool short_thumb_target(uint32_t half, uint64_t at, uint64_t *ret)
{
	int32_t distance;

	if ((half & 0xf000) == 0xd000 && (half >> 8 & 0xf) < 0xe)
		distance = extend(half & 0xff, 8) * 2;
	else if ((half & 0xf800) == 0xe000)
		distance = extend(half & 0x7ff, 11) * 2;
	else if ((half & 0xf500) == 0xb100)
		distance = (half >> 3 & 0x1f) << 1 | (half >> 9 & 1) << 6;
	else
		return false;
	*ret = (uint32_t)(at + 4 + (int64_t)distance);
	return true;
}

/* BL, BLX, and B with and without condition. */
static bool long_thumb_target(uint32_t word, uint64_t at, uint64_t *ret)
{
	uint32_t sign = word >> 10 & 1, first = word >> 29 & 1, second = word >> 27 & 1, distance;
	bool to_arm = (word & 0xd0000000) == 0xc0000000;

	if ((word & 0xf800) != 0xf000 || !(word & 0x80000000))
		return false;
	if ((word & 0xd0000000) == 0x80000000) {
		if ((word >> 6 & 0xe) == 0xe)
			return false;
		distance = sign << 20 | second << 19 | first << 18 | (word & 0x3f) << 12 | (word >> 16 & 0x7ff) << 1;
		*ret = (uint32_t)(at + 4 + (int64_t)extend(distance, 21));
		return true;
	}
	distance = sign << 24 | !(first ^ sign) << 23 | !(second ^ sign) << 22 | (word & 0x3ff) << 12 |
		(word >> 16 & 0x7ff) << 1;
	*ret = (uint32_t)((to_arm ? (at + 4) & ~(uint64_t)3 : at + 4) + (int64_t)extend(distance, 25));
	return true;
}

bool arm_branch_target(uint32_t word, bool thumb, uint64_t at, uint64_t *ret)
{
	if (!thumb)
		return arm_code_target(word, at, ret);
	return arm_is_long(word) ? long_thumb_target(word, at, ret) : short_thumb_target(word, at, ret);
}

static uint32_t rotate_right(uint32_t value, unsigned int bits)
{
	return bits ? value >> bits | value << (32 - bits) : value;
}

static bool arm_code_loads(uint32_t word, unsigned int *ret_register, uint32_t *ret_number)
{
	*ret_register = word >> 12 & 0xf;
	if ((word & 0xffef0000) == 0xe3a00000)
		*ret_number = rotate_right(word & 0xff, (word >> 8 & 0xf) * 2);
	else if ((word & 0xfff00000) == 0xe3000000)
		*ret_number = (word >> 4 & 0xf000) | (word & 0xfff);
	else
		return false;
	return true;
}

/* A number of 8 bits, rotated; not those that are there several times. */
static bool thumb_rotated(uint32_t bits, uint32_t *ret)
{
	if (bits >> 10)
		*ret = rotate_right(0x80 | (bits & 0x7f), bits >> 7);
	else if (bits >> 8)
		return false;
	else
		*ret = bits;
	return true;
}

static bool thumb_loads(uint32_t word, unsigned int *ret_register, uint32_t *ret_number)
{
	const uint32_t low = (word >> 10 & 1) << 11 | (word >> 28 & 7) << 8 | (word >> 16 & 0xff);

	if (!arm_is_long(word)) {
		*ret_register = word >> 8 & 7;
		*ret_number = word & 0xff;
		return (word & 0xf800) == 0x2000;
	}
	*ret_register = word >> 24 & 0xf;
	if ((word & 0x8000fbef) == 0xf04f)
		return thumb_rotated(low, ret_number);
	*ret_number = (word & 0xf) << 12 | low;
	return (word & 0x8000fbf0) == 0xf240;
}

bool arm_loads_number(uint32_t word, bool thumb, unsigned int *ret_register, uint32_t *ret_number)
{
	return thumb ? thumb_loads(word, ret_register, ret_number) : arm_code_loads(word, ret_register, ret_number);
}

bool arm_is_system_call(uint32_t word, bool thumb)
{
	if (thumb)
		return !arm_is_long(word) && (word & 0xff00) == 0xdf00;
	return (word & 0x0f000000) == 0x0f000000 && word >> 28 != 0xf;
}
