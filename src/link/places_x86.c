// SPDX-License-Identifier: GPL-2.0-or-later
/* Places in programs for x86-64. */
#include "linked_x86.h"

#include "functions.h"
#include "got_code.h"
#include "instruction.h"
#include "place.h"
#include "thunk.h"

#include <stdio.h>
#include <string.h>

/* Other relocations of the instruction that has moved away say nothing true any more. */
static void drop_neighbours(struct rewrite *rewrite, const struct place *place, uint64_t start, size_t length)
{
	size_t first = place->number > 1 ? place->number - 1 : 0;

	for (size_t i = first; i < place->table->count && i <= place->number + 1; i++) {
		Elf64_Rela relocation = program_relocation(rewrite->program, place->table, i);

		if (relocation.r_offset > start && relocation.r_offset < start + length)
			program_set_relocation(rewrite->program, place->table, i,
				(Elf64_Rela){ .r_offset = start, .r_info = ELF64_R_INFO(0, R_X86_64_NONE) });
	}
}

/* The instruction can be moved for one of its operands only. */
static bool has_other_import(const struct rewrite *rewrite, const struct place *place, uint64_t start, size_t length)
{
	size_t first = place->number > 1 ? place->number - 1 : 0;

	for (size_t i = first; i < place->table->count && i <= place->number + 1; i++) {
		Elf64_Rela relocation = program_relocation(rewrite->program, place->table, i);

		if (i != place->number && relocation.r_offset > start && relocation.r_offset < start + length &&
				place_import(rewrite, &rewrite->program->symbols, ELF64_R_SYM(relocation.r_info)))
			return true;
	}
	return false;
}

/* Where the instruction has another operand that is relative to RIP, besides the one at field; 0 if none. */
static size_t other_relative(const unsigned char *code, size_t size, size_t field, int32_t *ret)
{
	struct instruction instruction;
	size_t at;

	if (!instruction_decode(code, size, &instruction) || !instruction.memory ||
			instruction.memory->mem.base != ZYDIS_REGISTER_RIP)
		return 0;
	at = instruction.head.raw.disp.offset;
	if (at == field)
		return 0;
	memcpy(ret, code + at, sizeof(*ret));
	return at;
}

/* An instruction that reads or writes a variable of the kernel, or takes its address. */
static int rewrite_instruction(struct rewrite *rewrite, const struct place *place)
{
	struct instruction_place at;
	struct thunk_site site;
	struct thunk thunk;
	const char *problem;
	unsigned char *code;
	uint64_t thunk_address;
	int32_t other = 0;
	size_t offset;

	if (!functions_find(rewrite->code_map, place->address, &at))
		return place_refuse(rewrite, place, "is in no instruction that can be decoded");
	code = place_bytes(rewrite, at.address, at.room);
	site = (struct thunk_site){ .code = code, .code_size = at.room, .field = place->address - at.address,
		.addend = place->self.r_addend,
		.pc_relative = place->type == R_X86_64_PC32 || place->type == R_X86_64_PLT32 };
	if (code && has_other_import(rewrite, place, at.address, thunk_instruction_length(code, at.room)))
		return place_refuse(rewrite, place, "is in an instruction that uses another name of the kernel's, too: compile "
			"with -fPIC");
	if (code)
		site.other_field = other_relative(code, at.room, site.field, &other);
	problem = code ? thunk_make(&site, &thunk) : "is outside of the file";
	if (problem) {
		char text[256];

		snprintf(text, sizeof(text), "is in an instruction that %s", problem);
		return place_refuse(rewrite, place, text);
	}
	if (thunk.in_place) {
		memcpy(code, thunk.code, thunk.size);
		place_set_relocation(rewrite, place, place->address, R_X86_64_PC32, -4);
		return place_write_distance(rewrite, place->address, segment_slot(rewrite->segment, place->import), -4) ? 0 :
			place_refuse(rewrite, place, "is too far from its slot");
	}
	thunk_address = segment_add_code(rewrite->segment, thunk.code, thunk.size);
	offset = thunk_address - rewrite->segment->address;
	segment_set_distance(rewrite->segment, offset + thunk.slot_field,
		segment_slot(rewrite->segment, place->import), -4);
	segment_set_distance(rewrite->segment, offset + thunk.back_field, at.address + thunk.instruction_length, -4);
	/* What the other operand leads to stays where it is. */
	if (site.other_field)
		segment_set_distance(rewrite->segment, offset + thunk.other_field,
			at.address + thunk.instruction_length + (int64_t)other,
			thunk.other_adjust - (int64_t)(thunk.instruction_length - site.other_field));
	drop_neighbours(rewrite, place, at.address, thunk.instruction_length);
	code[0] = 0xe9; /* jmp */
	memset(code + 5, 0x90, thunk.instruction_length - 5);
	return place_write_distance(rewrite, at.address + 1, thunk_address, -4) ? 0 :
		place_refuse(rewrite, place, "is too far from what replaces it");
}

/* Whether an instruction still leads to the global offset table: what a linker has changed, or broken, does not. */
static bool leads_to_table(const struct rewrite *rewrite, const struct place *place, const unsigned char *field)
{
	const struct image *image = &rewrite->program->image;
	int32_t distance;
	uint64_t address;

	memcpy(&distance, field, sizeof(distance));
	address = place->address + 4 + (int64_t)distance;
	for (size_t i = 1; i < image->section_count; i++)
		if (address >= image->sections[i].sh_addr && address - image->sections[i].sh_addr < image->sections[i].sh_size &&
				strncmp(image_section_name(image, i), ".got", 4) == 0)
			return true;
	return false;
}

/* An instruction that compares with the address of a function, for example: the table's entry gets that. */
static int rewrite_table_entry(struct rewrite *rewrite, const struct place *place, const unsigned char *field)
{
	struct place entry = *place;
	int32_t distance;

	memcpy(&distance, field, sizeof(distance));
	entry.address = place->address + 4 + (int64_t)distance;
	entry.code = false;
	entry.self.r_addend = 0;
	return place_rewrite_pointer(rewrite, &entry);
}

static int rewrite_function_use(struct rewrite *rewrite, const struct place *place)
{
	uint64_t stub = segment_stub(rewrite->segment, place->import);
	int64_t value = (int64_t)(stub + place->self.r_addend);
	struct instruction_place at;
	unsigned char *field;

	switch (place->type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		if (place->code && functions_find(rewrite->code_map, place->address, &at) &&
				thunk_accesses_memory(place_bytes(rewrite, at.address, at.room), at.room,
				place->address - at.address))
			return place_refuse(rewrite, place, "treats it as a variable, but the kernel has a function of that name");
		return place_write_distance(rewrite, place->address, stub, place->self.r_addend) ? 0 :
			place_refuse(rewrite, place, "is too far from its stub");
	case R_X86_64_32:
	case R_X86_64_32S:
		field = place_bytes(rewrite, place->address, 4);
		if (rewrite->program->position_independent || !field || value != (int32_t)value)
			return place_refuse(rewrite, place, "has no room for an address");
		memcpy(field, &(int32_t){ (int32_t)value }, 4);
		return 0;
	default:
		return place_refuse(rewrite, place, "is of a kind that is not supported");
	}
}

/* The instruction would have read the address from the global offset table: now from the slot, or it takes the stub's. */
static int rewrite_got_use(struct rewrite *rewrite, const struct place *place)
{
	bool data = place->import->kind == KML_KIND_DATA;
	unsigned char *code = place_bytes(rewrite, place->address - 3, 7);
	int shift;

	if (!place->code || !code || place->self.r_addend != -4)
		return place_refuse(rewrite, place, "is in no instruction that is known here");
	/* What the linker has made of a load leads to the name's own place, which is none. */
	if (got_code_takes_address(code + 3) && leads_to_table(rewrite, place, code + 3))
		return place_refuse(rewrite, place, "takes the address of its entry in the global offset table");
	shift = got_code_change(code + 3, place->type == R_X86_64_REX_GOTPCRELX, data);
	if (shift > 0 && !data && got_code_reads_table(code + 3))
		return leads_to_table(rewrite, place, code + 3) ? rewrite_table_entry(rewrite, place, code + 3) :
			place_refuse(rewrite, place, "reads an entry of the global offset table that the linker has not made: use "
				"another linker");
	/* mold 1.10 writes zeros over instructions that it cannot improve. */
	if (shift > 0 && code[0] == 0 && code[1] == 0 && code[2] == 0)
		return place_refuse(rewrite, place, "was an instruction that the linker has destroyed: use another linker");
	if (shift > 0 && leads_to_table(rewrite, place, code + 3))
		return place_refuse(rewrite, place, "reads the global offset table in a way that is not known here");
	/* The linker has made an immediate operand of it. */
	if (shift > 0) {
		struct place immediate = *place;

		immediate.type = R_X86_64_32S;
		immediate.self.r_addend = 0;
		return data ? rewrite_instruction(rewrite, &immediate) : rewrite_function_use(rewrite, &immediate);
	}
	place_set_relocation(rewrite, place, place->address + shift, R_X86_64_PC32, -4);
	return place_write_distance(rewrite, place->address + shift, data ? segment_slot(rewrite->segment, place->import) :
		segment_stub(rewrite->segment, place->import), -4) ? 0 :
		place_refuse(rewrite, place, "is too far from what replaces it");
}

static int rewrite_data_use(struct rewrite *rewrite, const struct place *place)
{
	switch (place->type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_32:
	case R_X86_64_32S:
		return place->code ? rewrite_instruction(rewrite, place) :
			place_refuse(rewrite, place, "in data has no room for an address of the kernel");
	default:
		return place_refuse(rewrite, place, "is of a kind that is not supported");
	}
}

int linked_x86_rewrite(struct rewrite *rewrite, const struct place *place)
{
	rewrite->used[place->import - rewrite->imports->list] = true;
	switch (place->type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
		if (place->code && place->import->kind == KML_KIND_DATA)
			return rewrite_instruction(rewrite, place);
		return place_rewrite_pointer(rewrite, place);
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return rewrite_got_use(rewrite, place);
	case R_X86_64_COPY:
		return place_refuse(rewrite, place, "wants a copy of it, which would not be the kernel's: link with -z "
			"nocopyreloc, or compile with -fPIC");
	default:
		return place->import->kind == KML_KIND_DATA ? rewrite_data_use(rewrite, place) :
			rewrite_function_use(rewrite, place);
	}
}
