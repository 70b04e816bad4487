// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_literal.h"

#include "common/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* RUN_MAX: bytes of Thumb code, whose instructions can only be told apart from its start on */
enum { WORD = 4, SHORT = 2, REACH_MAX = 4096 + 8, STEPS_MAX = 64, RUN_MAX = 1 << 20 };

/* A run of code of one kind, as the file was. */
struct run {
	const unsigned char *code;
	uint64_t start, end;
	bool thumb;
};

/* An instruction that loads a register with a word at a distance from itself. */
struct load {
	const struct run *run;
	uint64_t address;
	size_t length;
	unsigned int destination;
	uint32_t condition; /* of ARM code */
};

/* Where code and data begin; sorted by address. */
struct marks {
	struct mark {
		uint64_t address;
		char kind; /* as in the names of mapping symbols: 'a', 't' or 'd' */
		bool function;
	} *list;
	size_t count;
};

typedef int visit_load(const struct load *load, void *context);

static int compare(const void *one, const void *other)
{
	const struct mark *first = one, *second = other;

	if (first->address != second->address)
		return first->address < second->address ? -1 : 1;
	return first->function - second->function;
}

/* Functions are marks, too: what is between two marks is short then. */
static bool is_mark(const struct symbols *symbols, const GElf_Sym *symbol, struct mark *ret)
{
	const char *name = symbol_name(symbols, symbol);

	if (symbol->st_shndx == SHN_UNDEF)
		return false;
	if (name[0] == '$' && name[1] && strchr("atd", name[1]) && (!name[2] || name[2] == '.'))
		*ret = (struct mark){ symbol->st_value, name[1], false };
	else if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC)
		*ret = (struct mark){ symbol->st_value & ~(uint64_t)1, symbol->st_value & 1 ? 't' : 'a', true };
	else
		return false;
	return true;
}

void *arm_map_code(const struct program *program)
{
	const struct symbols *symbols = &program->symbols;
	struct marks *marks = calloc(1, sizeof(*marks));
	size_t count = 0;

	if (!marks || !(marks->list = calloc(symbols->count + 1, sizeof(*marks->list)))) {
		free(marks);
		return NULL;
	}
	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		count += is_mark(symbols, &symbol, &marks->list[count]);
	}
	qsort(marks->list, count, sizeof(*marks->list), compare);
	for (size_t i = 0; i < count; i++)
		if (!marks->count || marks->list[i].address != marks->list[marks->count - 1].address)
			marks->list[marks->count++] = marks->list[i];
	return marks;
}

void arm_free_code_map(void *map)
{
	struct marks *marks = map;

	if (marks)
		free(marks->list);
	free(marks);
}

static uint32_t word_at(const struct run *run, uint64_t address)
{
	uint32_t word;

	memcpy(&word, run->code + (address - run->start), sizeof(word));
	return word;
}

static uint16_t half_at(const struct run *run, uint64_t address)
{
	uint16_t half;

	memcpy(&half, run->code + (address - run->start), sizeof(half));
	return half;
}

/* Whether the instruction of ARM code loads from the address. */
static bool is_arm_load(const struct run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint32_t word = word_at(run, at), distance = word & 0xfff;

	if ((word & 0x0f7f0000) != 0x051f0000 || word >> 28 == 0xf ||
			at + 8 + (word & 1u << 23 ? distance : -(uint64_t)distance) != address)
		return false;
	*ret = (struct load){ run, at, WORD, word >> 12 & 0xf, word & 0xf0000000 };
	return true;
}

static bool is_long(uint16_t half)
{
	return half >> 11 >= 0x1d;
}

static bool is_thumb_load(const struct run *run, uint64_t at, uint64_t address, struct load *ret)
{
	uint64_t from = (at + 4) & ~(uint64_t)3;
	uint16_t half = half_at(run, at);
	uint32_t word;

	if ((half & 0xf800) == 0x4800 && from + (half & 0xff) * 4 == address) {
		*ret = (struct load){ .run = run, .address = at, .length = SHORT, .destination = half >> 8 & 7 };
		return true;
	}
	if ((half & 0xff7f) != 0xf85f || at + WORD > run->end)
		return false;
	word = word_at(run, at) >> 16;
	*ret = (struct load){ .run = run, .address = at, .length = WORD, .destination = word >> 12 };
	return from + (half & 0x80 ? word & 0xfff : -(uint64_t)(word & 0xfff)) == address;
}

static int visit_run(const struct run *run, uint64_t address, visit_load *visit, void *context)
{
	uint64_t at = run->start, end = run->end < address + REACH_MAX ? run->end : address + REACH_MAX;
	int result = 0;

	if (!run->thumb && at + REACH_MAX < address)
		at += (address - at - REACH_MAX) & -WORD;
	while (result == 0 && at + (run->thumb ? SHORT : WORD) <= end) {
		struct load load;

		if (run->thumb ? is_thumb_load(run, at, address, &load) : is_arm_load(run, at, address, &load))
			result = visit(&load, context);
		at += run->thumb && !is_long(half_at(run, at)) ? SHORT : WORD;
	}
	return result;
}

static const GElf_Shdr *section_of(const struct program *program, uint64_t address)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		const GElf_Shdr *section = &program->image.sections[i];

		if (section->sh_flags & SHF_EXECINSTR && section->sh_type == SHT_PROGBITS && address >= section->sh_addr &&
				address - section->sh_addr < section->sh_size)
			return section;
	}
	return NULL;
}

/* The first mark whose run may reach the address. */
static size_t first_mark(const struct marks *marks, uint64_t address)
{
	size_t low = 0, high = marks->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (marks->list[middle].address + REACH_MAX < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

/* Calls visit for each instruction that loads the word, until that returns something other than 0. */
static int visit_loads(const struct rewrite *rewrite, uint64_t address, visit_load *visit, void *context)
{
	const struct program *program = rewrite->program;
	const GElf_Shdr *section = section_of(program, address);
	const struct marks *marks = rewrite->code_map;
	int result = 0;

	if (!section)
		return 0;
	for (size_t i = first_mark(marks, address); result == 0 && i < marks->count; i++) {
		uint64_t end = section->sh_addr + section->sh_size;
		struct run run = { .start = marks->list[i].address, .thumb = marks->list[i].kind == 't' };

		if (run.start > address + REACH_MAX)
			break;
		run.end = i + 1 < marks->count && marks->list[i + 1].address < end ? marks->list[i + 1].address : end;
		if (marks->list[i].kind == 'd' || run.start < section->sh_addr || run.start >= run.end ||
				run.start % (run.thumb ? SHORT : WORD) || (run.thumb && run.start + RUN_MAX < address))
			continue;
		run.code = image_at_address(&program->image, run.start, run.end - run.start);
		if (run.code)
			result = visit_run(&run, address, visit, context);
	}
	return result;
}

bool arm_literal_is_conditional(const struct rewrite *rewrite, uint64_t address)
{
	const GElf_Shdr *section = section_of(rewrite->program, address);
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
	const struct run *run = load->run;
	unsigned int rd = load->destination;
	uint64_t at = load->address + load->length;

	for (size_t i = 0; i < STEPS_MAX && at + WORD <= run->end; i++) {
		if (run->thumb && half_at(run, at) == (0x4478 | (rd & 7) | (rd & 8) << 4))
			adding->target = (uint32_t)(at + 4 + adding->word);
		if (!run->thumb && ((word_at(run, at) & 0x0fff0fff) == (0x008f0000 | rd) ||
				(word_at(run, at) & 0x0fff0fff) == (0x0080000f | rd << 16) ||
				(word_at(run, at) & 0x0fff0fff) == (0x079f0000 | rd)))
			adding->target = (uint32_t)(at + 8 + adding->word);
		if (adding->target)
			return 1;
		at += run->thumb && !is_long(half_at(run, at)) ? SHORT : WORD;
	}
	return 0;
}

uint64_t arm_literal_target(const struct rewrite *rewrite, uint64_t address)
{
	struct adding adding = { .word = (uint32_t)place_content(rewrite, address) };

	return visit_loads(rewrite, address, find_addition, &adding) == 1 ? adding.target : 0;
}
