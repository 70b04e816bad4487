// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_literal.h"

#include "arm_map.h"
#include "common/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* RUN_MAX: bytes of Thumb code, whose instructions can only be told apart from its start on */
enum { WORD = 4, SHORT = 2, REACH_MAX = 4096 + 8, STEPS_MAX = 64, RUN_MAX = 1 << 20 };

/* An instruction that loads a register with a word at a distance from itself. */
struct load {
	const struct arm_run *run;
	uint64_t address;
	size_t length;
	unsigned int destination;
	uint32_t condition; /* of ARM code */
	bool other;	    /* reads more or less than the word, or takes its address */
};

typedef int visit_load(const struct load *load, void *context);

/* Whether the instruction of ARM code loads from the address. */
static bool is_arm_load(const struct arm_run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint32_t word = arm_word_at(run, at), distance = word & 0xfff;

	if ((word & 0x0f7f0000) != 0x051f0000 || word >> 28 == 0xf ||
			at + 8 + (word & 1u << 23 ? distance : -(uint64_t)distance) != address)
		return false;
	*ret = (struct load){ run, at, WORD, word >> 12 & 0xf, word & 0xf0000000 };
	return true;
}

/* The 8 bits of a distance in an instruction of ARM code that loads two registers, or half of one. */
static uint32_t split_distance(uint32_t word)
{
	return (word >> 4 & 0xf0) | (word & 0xf);
}

/* Whether the instruction gets at the word in a way that cannot be replaced: ADR, LDRD, VLDR or a load of less. */
static bool is_other_arm_use(const struct arm_run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint32_t word = arm_word_at(run, at), distance, size = 1;
	uint64_t from = at + 8;
	bool up = word & 1u << 23;

	if (word >> 28 == 0xf)
		return false;
	if ((word & 0x0fff0000) == 0x028f0000 || (word & 0x0fff0000) == 0x024f0000) { /* ADR */
		uint32_t turn = (word >> 8 & 0xf) * 2;

		distance = turn ? (word & 0xff) >> turn | (word & 0xff) << (32 - turn) : word & 0xff;
	} else if ((word & 0x0f3f0e00) == 0x0d1f0a00) { /* VLDR */
		distance = (word & 0xff) * WORD;
		size = word & 0x100 ? 2 * WORD : WORD;
	} else if ((word & 0x0f7f00f0) == 0x014f00d0) { /* LDRD */
		distance = split_distance(word);
		size = 2 * WORD;
	} else if ((word & 0x0f7f00f0) == 0x015f00b0 || (word & 0x0f7f00d0) == 0x015f00d0) { /* LDRH, LDRSB, LDRSH */
		distance = split_distance(word);
	} else if ((word & 0x0f7f0000) == 0x055f0000) { /* LDRB */
		distance = word & 0xfff;
	} else {
		return false;
	}
	*ret = (struct load){ .run = run, .address = at, .length = WORD, .other = true };
	from += up ? distance : -(uint64_t)distance;
	return from < address + WORD && address < from + size;
}

static bool is_thumb_load(const struct arm_run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint64_t from = (at + 4) & ~(uint64_t)3;
	uint16_t half = arm_half_at(run, at);
	uint32_t word;

	if ((half & 0xf800) == 0x4800 && from + (half & 0xff) * 4 == address) {
		*ret = (struct load){ .run = run, .address = at, .length = SHORT, .destination = half >> 8 & 7 };
		return true;
	}
	if ((half & 0xff7f) != 0xf85f || at + WORD > run->end)
		return false;
	word = arm_word_at(run, at) >> 16;
	*ret = (struct load){ .run = run, .address = at, .length = WORD, .destination = word >> 12 };
	return from + (half & 0x80 ? word & 0xfff : -(uint64_t)(word & 0xfff)) == address;
}

/* The same for Thumb code. */
static bool is_other_thumb_use(const struct arm_run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint64_t from = (at + 4) & ~(uint64_t)3;
	uint16_t half = arm_half_at(run, at), next;
	uint32_t distance, size = 1;
	bool up = half & 0x80;

	*ret = (struct load){ .run = run, .address = at, .other = true };
	if ((half & 0xf800) == 0xa000) /* ADR */
		return from + (half & 0xff) * 4 == address;
	if (!arm_is_long(half) || at + WORD > run->end)
		return false;
	next = arm_word_at(run, at) >> 16;
	if (((half & 0xfbff) == 0xf20f || (half & 0xfbff) == 0xf2af) && !(next & 0x8000)) { /* ADR */
		distance = (next & 0xff) | (next >> 4 & 0x700) | (half << 1 & 0x800);
		up = !(half & 0xa0);
	} else if ((half & 0xff3f) == 0xed1f && (next & 0xe00) == 0xa00) { /* VLDR */
		distance = (next & 0xff) * WORD;
		size = next & 0x100 ? 2 * WORD : WORD;
	} else if ((half & 0xfe5f) == 0xe85f && half & 0x120) { /* LDRD */
		distance = (next & 0xff) * WORD;
		size = 2 * WORD;
	} else if ((half & 0xfe5f) == 0xf81f) { /* LDRB, LDRH, LDRSB, LDRSH */
		distance = next & 0xfff;
	} else {
		return false;
	}
	from += up ? distance : -(uint64_t)distance;
	return from < address + WORD && address < from + size;
}

static int visit_run(const struct arm_run *run, uint64_t address, visit_load *visit, void *context)
{
	uint64_t at = run->start, end = run->end < address + REACH_MAX ? run->end : address + REACH_MAX;
	int result = 0;

	if (!run->thumb && at + REACH_MAX < address)
		at += (address - at - REACH_MAX) & -WORD;
	while (result == 0 && at + (run->thumb ? SHORT : WORD) <= end) {
		struct load load;

		if (run->thumb ? is_thumb_load(run, at, address, &load) || is_other_thumb_use(run, at, address, &load) :
				is_arm_load(run, at, address, &load) || is_other_arm_use(run, at, address, &load))
			result = visit(&load, context);
		at += arm_length_at(run, at);
	}
	return result;
}

struct search {
	uint64_t address;
	visit_load *visit;
	void *context;
};

static int search_run(const struct arm_run *run, void *context)
{
	const struct search *search = context;

	if (run->thumb && run->start + RUN_MAX < search->address) {
		const struct load unknown = { .run = run, .other = true };

		return search->visit(&unknown, search->context);
	}
	return visit_run(run, search->address, search->visit, search->context);
}

/* Calls visit for each instruction that loads the word, until that returns something other than 0. */
static int visit_loads(const struct rewrite *rewrite, uint64_t address, visit_load *visit, void *context)
{
	struct search search = { address, visit, context };

	return program_code_section(rewrite->program, address) ? arm_map_visit(rewrite->code_map, address > REACH_MAX ?
		address - REACH_MAX : 0, address + REACH_MAX, search_run, &search) : 0;
}

bool arm_literal_is_conditional(const struct rewrite *rewrite, uint64_t address)
{
	const GElf_Shdr *section = program_code_section(rewrite->program, address);
	const unsigned char *code = section ? image_at_address(&rewrite->program->image, section->sh_addr, section->sh_size) : NULL;

	return !code || arm_is_inside_of_block(code, address - section->sh_addr);
}

static void add_word(struct segment *segment, uint32_t word)
{
	buffer_add(&segment->bytes, &word, sizeof(word));
}

/* Returns its address, 0 if it is too far away. */
static uint64_t make_thunk(struct rewrite *rewrite, const struct arm_move *move, uint64_t slot, uint64_t back)
{
	struct segment *segment = rewrite->segment;
	uint64_t thunk = segment->address + buffer_align(&segment->bytes, WORD);
	uint32_t lower = move->thumb ? 0xf240 | move->destination << 24 : 0xe3000000 | move->destination << 12;
	uint32_t upper = move->thumb ? 0xf2c0 | move->destination << 24 : 0xe3400000 | move->destination << 12;
	uint32_t distance[2], branch = 0xea000000;
	size_t count = arm_encode_distance(move, distance);
	uint64_t from;

	add_word(segment, arm_move_set(lower, move->thumb, slot));
	add_word(segment, arm_move_set(upper, move->thumb, slot >> 16));
	add_word(segment, arm_encode_load(move));
	for (size_t i = 0; i < count; i++)
		add_word(segment, distance[i]);
	from = segment->address + segment->bytes.size;
	if (!(move->thumb ? arm_thumb_branch(&branch, THUMB_JUMP, from, back) : arm_set_branch(&branch, from, back)))
		return 0;
	add_word(segment, branch);
	return thunk;
}

bool arm_literal_go_to_thunk(struct rewrite *rewrite, const struct arm_move *move, uint64_t slot, uint64_t address)
{
	unsigned char *field = place_bytes(rewrite, address, WORD);
	uint64_t thunk = make_thunk(rewrite, move, slot, address + WORD);
	uint32_t word = move->condition | 0x0a000000;

	if (!field || !thunk || !(move->thumb ? arm_thumb_branch(&word, THUMB_JUMP, address, thunk) :
			arm_set_branch(&word, address, thunk)))
		return false;
	memcpy(field, &word, sizeof(word));
	return true;
}

struct replacing {
	struct rewrite *rewrite;
	const struct place *place;
	size_t count;
};

static int replace(const struct load *load, void *context)
{
	struct replacing *replacing = context;
	struct rewrite *rewrite = replacing->rewrite;
	const struct place *place = replacing->place;
	const struct arm_move move = { .thumb = load->run->thumb, .condition = load->condition,
		.destination = load->destination, .addend = (int16_t)place->self.r_addend };

	replacing->count++;
	if (load->other)
		return place_refuse(rewrite, place, "is read by an instruction that cannot be replaced: compile with -fPIE");
	if (load->length == SHORT)
		return place_refuse(rewrite, place, "is read by an instruction that is too short for a jump: compile with -fPIE");
	if (load->destination == 15)
		return place_refuse(rewrite, place, "is jumped to");
	if (load->run->thumb && arm_literal_is_conditional(rewrite, load->address))
		return place_refuse(rewrite, place, "is read among conditional instructions: compile with -fPIE");
	return arm_literal_go_to_thunk(rewrite, &move, segment_slot(rewrite->segment, place->import), load->address) ? 0 :
		place_refuse(rewrite, place, "is too far from what replaces it");
}

int arm_literal_rewrite(struct rewrite *rewrite, const struct place *place)
{
	struct replacing replacing = { .rewrite = rewrite, .place = place };
	int result;

	if (place->self.r_addend > ARM_DISTANCE_MAX || place->self.r_addend < -ARM_DISTANCE_MAX)
		return place_refuse(rewrite, place, "is too far behind the start of the variable: compile with -fPIE");
	result = visit_loads(rewrite, place->address, replace, &replacing);
	if (result == 0 && !replacing.count)
		return place_refuse(rewrite, place, "is between instructions, of which none is known to read it: compile with -fPIE");
	return result;
}

/* The first instruction behind the load that adds PC to what was loaded. */
struct adding {
	uint32_t word;
	uint64_t target;
};

static int find_addition(const struct load *load, void *context)
{
	struct adding *adding = context;
	const struct arm_run *run = load->run;
	unsigned int rd = load->destination;
	uint64_t at = load->address + load->length;

	if (load->other)
		return 0;
	for (size_t i = 0; i < STEPS_MAX && at + WORD <= run->end; i++) {
		if (run->thumb && arm_half_at(run, at) == (0x4478 | (rd & 7) | (rd & 8) << 4))
			adding->target = (uint32_t)(at + 4 + adding->word);
		if (!run->thumb && ((arm_word_at(run, at) & 0x0fff0fff) == (0x008f0000 | rd) ||
				(arm_word_at(run, at) & 0x0fff0fff) == (0x0080000f | rd << 16) ||
				(arm_word_at(run, at) & 0x0fff0fff) == (0x079f0000 | rd)))
			adding->target = (uint32_t)(at + 8 + adding->word);
		if (adding->target)
			return 1;
		at += arm_length_at(run, at);
	}
	return 0;
}

uint64_t arm_literal_target(const struct rewrite *rewrite, uint64_t address)
{
	struct adding adding = { .word = (uint32_t)place_content(rewrite, address) };

	return visit_loads(rewrite, address, find_addition, &adding) == 1 ? adding.target : 0;
}
