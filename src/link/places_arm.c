// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places in programs for 32-bit ARM. Their relocations have no addends: what
 * the linker has left in the place is the addend, where the name is undefined and
 * counts as address 0.
 */
#include "linked_arm.h"

#include "arm_instruction.h"
#include "arm_literal.h"
#include "common/err.h"
#include "linked.h"
#include "place.h"

#include <elf.h>
#include <string.h>

enum { WORD = 4 };

static bool is_kept(const struct place *place)
{
	return place->table->section;
}

/* What the linker took for the name: not 0 where it made an entry of the procedure linkage table its address. */
static uint64_t address_of_name(const struct rewrite *rewrite, const struct place *place)
{
	const struct symbols *symbols = &rewrite->program->symbols;

	return symbol_at(symbols, ELF64_R_SYM(place->self.r_info)).st_value;
}

static uint32_t word_at(const unsigned char *field)
{
	uint32_t word;

	memcpy(&word, field, sizeof(word));
	return word;
}

static void set_word(unsigned char *field, uint32_t word)
{
	memcpy(field, &word, sizeof(word));
}

static int rewrite_word(struct rewrite *rewrite, const struct place *place)
{
	struct place with_addend = *place;

	if (is_kept(place))
		with_addend.self.r_addend = (int32_t)((uint32_t)place_content(rewrite, place->address) -
			(uint32_t)address_of_name(rewrite, place));
	if (place->code && place->import->kind == KML_KIND_DATA && !rewrite->program->position_independent)
		return arm_literal_rewrite(rewrite, &with_addend);
	return place_rewrite_pointer(rewrite, &with_addend);
}

/* A call or jump, from ARM or from Thumb code: the linker may have made anything of it. */
static int rewrite_branch(struct rewrite *rewrite, const struct place *place)
{
	enum { ALWAYS = 0xe0000000, CALL = 0x0b000000, BRANCH = 0x0a000000 };
	uint64_t stub = segment_stub(rewrite->segment, place->import), from_thumb = stub - linked_arch_arm.before_stub;
	unsigned char *field = place_bytes(rewrite, place->address, WORD);
	bool reached;
	uint32_t word;

	if (place->import->kind == KML_KIND_DATA)
		return place_refuse(rewrite, place, "calls or jumps to a variable of the kernel");
	if (!place->code || !field)
		return place_refuse(rewrite, place, "is in no instruction that is known here");
	word = word_at(field);
	switch (place->type) {
	case R_ARM_THM_PC22:
		reached = arm_thumb_branch(&word, THUMB_CALL_ARM, place->address, stub);
		break;
	case R_ARM_THM_JUMP24:
		reached = arm_thumb_branch(&word, THUMB_JUMP, place->address, from_thumb);
		break;
	case R_ARM_THM_JUMP19:
		/* Conditions 14 and 15 are other instructions, such as the one that does nothing */
		if ((word & 0xd000f800) != 0x8000f000 || (word & 0x380) == 0x380)
			return place_refuse(rewrite, place, "was an instruction that the linker has replaced");
		reached = arm_thumb_set_conditional(&word, place->address, from_thumb);
		break;
	case R_ARM_CALL:
		/* Unconditional, but perhaps one that changes to Thumb code */
		word = ALWAYS | CALL;
		reached = arm_set_branch(&word, place->address, stub);
		break;
	default:
		if ((word & 0x0e000000) != BRANCH || word >> 28 == 0xf)
			return place_refuse(rewrite, place, "was an instruction that the linker has replaced");
		reached = arm_set_branch(&word, place->address, stub);
		break;
	}
	if (!reached)
		return place_refuse(rewrite, place, "is too far from its stub");
	set_word(field, word);
	return 0;
}

/* Half an address of this program. */
static bool is_upper_half(unsigned int type)
{
	return type == R_ARM_MOVT_ABS || type == R_ARM_THM_MOVT_ABS;
}

static bool is_thumb_half(unsigned int type)
{
	return type == R_ARM_THM_MOVW_ABS_NC || type == R_ARM_THM_MOVT_ABS;
}

static unsigned int other_half(unsigned int type)
{
	switch (type) {
	case R_ARM_MOVW_ABS_NC:
		return R_ARM_MOVT_ABS;
	case R_ARM_MOVT_ABS:
		return R_ARM_MOVW_ABS_NC;
	case R_ARM_THM_MOVW_ABS_NC:
		return R_ARM_THM_MOVT_ABS;
	default:
		return R_ARM_THM_MOVW_ABS_NC;
	}
}

static struct arm_move original_move(const struct rewrite *rewrite, uint64_t address, bool thumb)
{
	uint32_t word = (uint32_t)place_content(rewrite, address);

	return arm_decode_move((const unsigned char *)&word, thumb);
}

/*
 * The addend is in both halves. Which belong together only the compiler knew; so
 * all others that could must have the same one. False if not.
 */
static bool find_addend(const struct rewrite *rewrite, const struct place *place, const struct arm_move *move, int32_t *ret)
{
	unsigned int wanted = other_half(place->type);
	bool found = false;

	for (size_t i = 0; i < place->table->count; i++) {
		const Elf64_Rela relocation = program_relocation(rewrite->program, place->table, i);
		struct arm_move other;
		uint32_t value;

		if (ELF64_R_TYPE(relocation.r_info) != wanted ||
				ELF64_R_SYM(relocation.r_info) != ELF64_R_SYM(place->self.r_info))
			continue;
		other = original_move(rewrite, relocation.r_offset, move->thumb);
		if (other.destination != move->destination)
			continue;
		value = is_upper_half(place->type) ? (uint32_t)(uint16_t)move->addend << 16 | (uint16_t)other.addend :
			(uint32_t)(uint16_t)other.addend << 16 | (uint16_t)move->addend;
		value -= (uint32_t)address_of_name(rewrite, place);
		if (found && *ret != (int32_t)value)
			return false;
		*ret = (int32_t)value;
		found = true;
	}
	return found;
}

/* Behind the upper half the slot is read: in a thunk, as there is no room; the lower half is of no use then. */
static int rewrite_half(struct rewrite *rewrite, const struct place *place)
{
	bool thumb = is_thumb_half(place->type), data = place->import->kind == KML_KIND_DATA;
	unsigned char *field = place_bytes(rewrite, place->address, WORD);
	struct arm_move move;
	uint64_t target;
	int32_t addend;

	if (!place->code || !field)
		return place_refuse(rewrite, place, "is in no instruction that is known here");
	if (rewrite->program->position_independent)
		return place_refuse(rewrite, place, "is half of an address, in a program that may be anywhere: compile with -fPIE");
	if (data && !is_upper_half(place->type))
		return 0;
	move = original_move(rewrite, place->address, thumb);
	if (!find_addend(rewrite, place, &move, &addend))
		return place_refuse(rewrite, place, "is half of an address, and the other half cannot be told: compile with -fPIE");
	if (data) {
		if (addend > ARM_DISTANCE_MAX || addend < -ARM_DISTANCE_MAX)
			return place_refuse(rewrite, place, "is too far behind the start of the variable: compile with -fPIE");
		if (thumb && arm_literal_is_conditional(rewrite, place->address))
			return place_refuse(rewrite, place, "is among conditional instructions: compile with -fPIE");
		move.addend = (int16_t)addend;
		return arm_literal_go_to_thunk(rewrite, &move, segment_slot(rewrite->segment, place->import), place->address) ? 0 :
			place_refuse(rewrite, place, "is too far from what replaces it");
	}
	target = segment_stub(rewrite->segment, place->import) + (int64_t)addend;
	set_word(field, arm_move_set(arm_move_without_addend(&move), thumb, is_upper_half(place->type) ? target >> 16 : target));
	return 0;
}

/* An entry of the global offset table, which many places share. */
static int rewrite_table_entry(struct rewrite *rewrite, const struct place *place, uint64_t address)
{
	uint64_t *known = &rewrite->table_entries[place->import - rewrite->imports->list];
	struct place entry = *place;

	if (*known == address)
		return 0;
	entry.address = *known = address;
	entry.code = false;
	entry.self.r_addend = 0;
	return place_rewrite_pointer(rewrite, &entry);
}

/* Distances to the entry are counted from here. */
static uint64_t table_origin(const struct rewrite *rewrite)
{
	const struct symbols *symbols = &rewrite->program->symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_shndx != SHN_UNDEF && strcmp(symbol_name(symbols, &symbol), "_GLOBAL_OFFSET_TABLE_") == 0)
			return symbol.st_value;
	}
	return 0;
}

static int rewrite_table_use(struct rewrite *rewrite, const struct place *place)
{
	uint64_t origin = place->type == R_ARM_GOT32 ? table_origin(rewrite) : 0, address = 0;
	uint32_t distance = (uint32_t)place_content(rewrite, place->address);

	if (place->type == R_ARM_GOT32 && origin)
		address = (uint32_t)(origin + distance);
	/* This one is counted from the instruction that adds it, which only code can tell. */
	if (place->type == R_ARM_GOT_PREL) {
		address = rewrite->table_entries[place->import - rewrite->imports->list];
		if (!address) {
			address = arm_literal_target(rewrite, place->address);
			if ((uint32_t)place_content(rewrite, address) != (uint32_t)address_of_name(rewrite, place))
				address = 0;
		}
	}
	if (!address || address % WORD || !program_writable(rewrite->program, address))
		return place_refuse(rewrite, place, "leads to no entry of the global offset table that could be found");
	return rewrite_table_entry(rewrite, place, address);
}

/* A distance to a function. */
static int rewrite_distance(struct rewrite *rewrite, const struct place *place)
{
	int64_t addend = (int32_t)((uint32_t)place_content(rewrite, place->address) -
		(uint32_t)address_of_name(rewrite, place) + (uint32_t)place->address);

	if (place->import->kind == KML_KIND_DATA)
		return place_refuse(rewrite, place, "has no room for an address of the kernel");
	return place_write_distance(rewrite, place->address, segment_stub(rewrite->segment, place->import), addend) ? 0 :
		place_refuse(rewrite, place, "is too far from its stub");
}

int linked_arm_rewrite(struct rewrite *rewrite, const struct place *place)
{
	rewrite->used[place->import - rewrite->imports->list] = true;
	switch (place->type) {
	case R_ARM_NONE:
	case R_ARM_V4BX:
		return 0;
	case R_ARM_ABS32:
	case R_ARM_TARGET1:
		return rewrite_word(rewrite, place);
	case R_ARM_CALL:
	case R_ARM_JUMP24:
	case R_ARM_PC24:
	case R_ARM_PLT32:
	case R_ARM_THM_PC22:
	case R_ARM_THM_JUMP24:
	case R_ARM_THM_JUMP19:
		return rewrite_branch(rewrite, place);
	case R_ARM_MOVW_ABS_NC:
	case R_ARM_MOVT_ABS:
	case R_ARM_THM_MOVW_ABS_NC:
	case R_ARM_THM_MOVT_ABS:
		return rewrite_half(rewrite, place);
	case R_ARM_GOT32:
	case R_ARM_GOT_PREL:
		return rewrite_table_use(rewrite, place);
	case R_ARM_REL32:
		return rewrite_distance(rewrite, place);
	case R_ARM_COPY:
		return place_refuse(rewrite, place, "wants a copy of it, which would not be the kernel's: link with -z "
			"nocopyreloc, or compile with -fPIC");
	default:
		return place_refuse(rewrite, place, "is of a kind that is not supported");
	}
}
