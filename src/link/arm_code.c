// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_code.h"

#include <elf.h>
#include <string.h>

/* The largest distance that one instruction adds in Thumb code, and two in ARM code. */
enum { DISTANCE_MAX = 4095, WORD = 4 };

/* The two instructions, in both instruction sets: as a word of memory, first halfword of Thumb code lowest. */
struct move {
	bool thumb;
	uint32_t word, condition; /* ARM: the condition */
	unsigned int destination;
	int16_t addend;
};

unsigned char *arm_field(const struct rewriter *rewriter, const struct arm_site *at)
{
	return (unsigned char *)rewriter_data(rewriter, at->site.section)->d_buf + at->self.r_offset;
}

void arm_set_relocation(const struct arm_site *at, uint32_t symbol, unsigned int type)
{
	GElf_Rel relocation = { .r_offset = at->self.r_offset, .r_info = GELF_R_INFO((uint64_t)symbol, type) };

	gelf_update_rel(at->site.list, at->site.number, &relocation);
}

static struct move decode(const unsigned char *field, bool thumb)
{
	struct move move = { .thumb = thumb };
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

static uint32_t without_addend(const struct move *move)
{
	return move->word & (move->thumb ? ~UINT32_C(0x70ff040f) : ~UINT32_C(0xf0fff));
}

/* Register += distance, less than DISTANCE_MAX either way; returns how many words. */
static size_t encode_distance(const struct move *move, uint32_t words[2])
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

/* movt with nothing in it yet, always done: where it was conditional, the branch to here is */
static uint32_t encode_move(const struct move *move)
{
	uint32_t word = without_addend(move);

	return move->thumb ? word : (word & ~UINT32_C(0xf0000000)) | 0xe0000000;
}

static uint32_t encode_load(const struct move *move)
{
	if (move->thumb)
		return 0xf8d0 | move->destination | move->destination << 28;
	return 0xe5900000 | move->destination << 16 | move->destination << 12;
}

/* To the place of its relocation: branches are relative to what is behind the next instruction. */
static uint32_t encode_branch(const struct move *move, uint32_t condition)
{
	return move->thumb ? 0xbffef7ff : condition | 0x0afffffe;
}

static bool is_long(unsigned int halfword)
{
	return halfword >> 11 >= 0x1d;
}

/*
 * Whether an instruction of Thumb code may stand before the end of a block of
 * conditional ones, where there can be no branch. What only looks like the start of
 * such a block, as part of something else, counts: rather an error than a wrong program.
 */
static bool is_inside_of_block(const unsigned char *code, size_t at)
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

static void add_word(struct rewriter *rewriter, uint32_t word)
{
	buffer_add(&rewriter->thunks, &word, sizeof(word));
}

/* A relocation of what is in the thunk's next word. */
static void add_word_for(struct rewriter *rewriter, uint32_t symbol, unsigned int type, uint32_t word)
{
	size_t at = rewriter->thunks.size;

	add_word(rewriter, word);
	site_add_relocation(&rewriter->thunk_relocations, at, symbol, type, (int32_t)word);
}

static void make_thunk(struct rewriter *rewriter, const struct arm_site *at, const struct move *move)
{
	const unsigned int branch = move->thumb ? R_ARM_THM_JUMP24 : R_ARM_JUMP24;
	uint32_t back = rewriter_add_function(rewriter, at->site.section, (at->self.r_offset + WORD) | move->thumb);
	uint32_t thunk = rewriter_add_thunk_function(rewriter, rewriter->thunks.size | move->thumb);
	uint32_t word = encode_branch(move, move->condition), words[2];
	size_t count = encode_distance(move, words);

	add_word_for(rewriter, GELF_R_SYM(at->self.r_info), at->site.type, encode_move(move));
	add_word(rewriter, encode_load(move));
	for (size_t i = 0; i < count; i++)
		add_word(rewriter, words[i]);
	add_word_for(rewriter, back, branch, encode_branch(move, 0xe0000000));
	memcpy(arm_field(rewriter, at), &word, WORD);
	arm_set_relocation(at, thunk, branch);
}

int arm_rewrite_move(struct rewriter *rewriter, const struct arm_site *at, struct kml_err *err)
{
	bool thumb = at->site.type == R_ARM_THM_MOVW_ABS_NC || at->site.type == R_ARM_THM_MOVT_ABS;
	const struct move move = decode(arm_field(rewriter, at), thumb);
	uint32_t word = without_addend(&move);

	if (move.addend > DISTANCE_MAX || move.addend < -DISTANCE_MAX)
		return site_refuse(rewriter, &at->site, "is too far behind the start of the variable: compile with -fPIE", err);
	if (at->site.type == R_ARM_MOVW_ABS_NC || at->site.type == R_ARM_THM_MOVW_ABS_NC) {
		memcpy(arm_field(rewriter, at), &word, WORD);
		return 0;
	}
	if (thumb && is_inside_of_block(rewriter_data(rewriter, at->site.section)->d_buf, at->self.r_offset))
		return site_refuse(rewriter, &at->site, "is among conditional instructions: compile with -fPIE", err);
	make_thunk(rewriter, at, &move);
	return 0;
}
