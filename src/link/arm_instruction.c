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

static bool is_long(unsigned int halfword)
{
	return halfword >> 11 >= 0x1d;
}

bool arm_is_inside_of_block(const unsigned char *code, size_t at)
{
	enum { LONGEST = 3 * 4 + 2 };

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
			place += is_long(halfword) ? 4 : 2;
		}
		if (place == at && nth < instructions)
			return true;
	}
	return false;
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
