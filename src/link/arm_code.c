// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_code.h"

#include "arm_instruction.h"

#include <elf.h>
#include <string.h>

enum { WORD = 4 };

unsigned char *arm_field(const struct rewriter *rewriter, const struct arm_site *at)
{
	return (unsigned char *)rewriter_data(rewriter, at->site.section)->d_buf + at->self.r_offset;
}

void arm_set_relocation(const struct arm_site *at, uint32_t symbol, unsigned int type)
{
	GElf_Rel relocation = { .r_offset = at->self.r_offset, .r_info = GELF_R_INFO((uint64_t)symbol, type) };

	gelf_update_rel(at->site.list, at->site.number, &relocation);
}

/* To the place of its relocation: branches are relative to what is behind the next instruction. */
static uint32_t encode_branch(const struct arm_move *move, uint32_t condition)
{
	return move->thumb ? 0xbffef7ff : condition | 0x0afffffe;
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

static void make_thunk(struct rewriter *rewriter, const struct arm_site *at, const struct arm_move *move)
{
	const unsigned int branch = move->thumb ? R_ARM_THM_JUMP24 : R_ARM_JUMP24;
	uint32_t back = rewriter_add_function(rewriter, at->site.section, (at->self.r_offset + WORD) | move->thumb);
	uint32_t thunk = rewriter_add_thunk_function(rewriter, rewriter->thunks.size | move->thumb);
	uint32_t word = encode_branch(move, move->condition), words[2];
	size_t count = arm_encode_distance(move, words);

	add_word_for(rewriter, GELF_R_SYM(at->self.r_info), at->site.type, arm_encode_move(move));
	add_word(rewriter, arm_encode_load(move));
	for (size_t i = 0; i < count; i++)
		add_word(rewriter, words[i]);
	add_word_for(rewriter, back, branch, encode_branch(move, 0xe0000000));
	memcpy(arm_field(rewriter, at), &word, WORD);
	arm_set_relocation(at, thunk, branch);
}

int arm_rewrite_move(struct rewriter *rewriter, const struct arm_site *at, struct kml_err *err)
{
	bool thumb = at->site.type == R_ARM_THM_MOVW_ABS_NC || at->site.type == R_ARM_THM_MOVT_ABS;
	const struct arm_move move = arm_decode_move(arm_field(rewriter, at), thumb);
	uint32_t word = arm_move_without_addend(&move);

	if (move.addend > ARM_DISTANCE_MAX || move.addend < -ARM_DISTANCE_MAX)
		return site_refuse(rewriter, &at->site, "is too far behind the start of the variable: compile with -fPIE", err);
	if (at->site.type == R_ARM_MOVW_ABS_NC || at->site.type == R_ARM_THM_MOVW_ABS_NC) {
		memcpy(arm_field(rewriter, at), &word, WORD);
		return 0;
	}
	if (thumb && arm_is_inside_of_block(rewriter_data(rewriter, at->site.section)->d_buf, at->self.r_offset))
		return site_refuse(rewriter, &at->site, "is among conditional instructions: compile with -fPIE", err);
	make_thunk(rewriter, at, &move);
	return 0;
}
