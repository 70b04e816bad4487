// SPDX-License-Identifier: GPL-2.0-or-later
#include "code.h"

#include "common/err.h"
#include "site.h"
#include "thunk.h"

#include <stdio.h>
#include <string.h>

/* Where to begin decoding: at the function, or where the section begins when no function is known. */
static struct decoded nearest_function(const struct rewriter *rewriter, const struct site *site)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	struct decoded function = { .section = site->section, .end = SIZE_MAX };

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_shndx != site->section || GELF_ST_TYPE(symbol.st_info) != STT_FUNC)
			continue;
		if (symbol.st_value > site->self.r_offset) {
			if (symbol.st_value < function.end)
				function.end = symbol.st_value;
		} else if (symbol.st_value > function.at) {
			function.at = symbol.st_value;
		}
	}
	return function;
}

/*
 * Start of the instruction that has this field. Goes on where it was found
 * the last time: relocations mostly come in the order of their places, and to
 * decode a long function from its start for each takes minutes.
 */
static bool find_instruction(struct rewriter *rewriter, const struct site *site, size_t *ret)
{
	const Elf_Data *data = rewriter_data(rewriter, site->section);
	const unsigned char *code = data->d_buf;
	struct decoded *decoded = &rewriter->decoded;
	size_t length, field = site->self.r_offset;

	if (decoded->section != site->section || field < decoded->at || field >= decoded->end)
		*decoded = nearest_function(rewriter, site);
	while (decoded->at < field) {
		length = thunk_instruction_length(code + decoded->at, data->d_size - decoded->at);
		if (!length)
			return false;
		if (field < decoded->at + length) {
			*ret = decoded->at;
			return true;
		}
		decoded->at += length;
	}
	return false;
}

static bool is_pc_relative(unsigned int type)
{
	switch (type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return true;
	default:
		return false;
	}
}

#define NO_OTHER SIZE_MAX

/* Number of the other relocation of the same instruction, or NO_OTHER. False when there is more. */
static bool find_other(const struct rewriter *rewriter, const struct site *site, size_t start, size_t length,
	size_t *ret, GElf_Rela *ret_relocation)
{
	GElf_Rela relocation;
	size_t i = 0;

	*ret = NO_OTHER;
	if (site->sorted)
		for (i = site->number; i > 0; i--)
			if (!gelf_getrela(site->list, i - 1, &relocation) || relocation.r_offset < start)
				break;
	for (; gelf_getrela(site->list, i, &relocation); i++) {
		unsigned int type = GELF_R_TYPE(relocation.r_info);

		if (site->sorted && relocation.r_offset >= start + length)
			break;
		if (i == site->number || type == R_X86_64_NONE || relocation.r_offset <= start ||
				relocation.r_offset >= start + length)
			continue;
		if (*ret != NO_OTHER || site_import(rewriter, &relocation) ||
				(!is_pc_relative(type) && type != R_X86_64_32 && type != R_X86_64_32S))
			return false;
		*ret = i;
		*ret_relocation = relocation;
	}
	return true;
}

/* Puts the thunk into its section and a jump to it in the place of the instruction. */
static void place_thunk(struct rewriter *rewriter, const struct site *site, size_t start, const struct thunk *thunk,
	size_t other_number, const GElf_Rela *other)
{
	unsigned char *code = (unsigned char *)rewriter_data(rewriter, site->section)->d_buf + start;
	size_t at = buffer_add(&rewriter->thunks, thunk->code, thunk->size);

	site_add_relocation(&rewriter->thunk_relocations, at + thunk->slot_field, GELF_R_SYM(site->self.r_info),
		R_X86_64_PC32, -4);
	site_add_relocation(&rewriter->thunk_relocations, at + thunk->back_field,
		rewriter_section_symbol(rewriter, site->section), R_X86_64_PC32,
		(int64_t)(start + thunk->instruction_length) - 4);
	if (other_number != NO_OTHER) {
		unsigned int type = GELF_R_TYPE(other->r_info);
		int64_t adjust = is_pc_relative(type) ? thunk->other_adjust : 0;

		/* The linker may improve the X kinds by changing the instruction; not this one. */
		if (type == R_X86_64_GOTPCRELX || type == R_X86_64_REX_GOTPCRELX)
			type = R_X86_64_GOTPCREL;
		site_add_relocation(&rewriter->thunk_relocations, at + thunk->other_field,
			GELF_R_SYM(other->r_info), type, other->r_addend + adjust);
		site_set_relocation(site, other_number, other->r_offset, 0, R_X86_64_NONE, 0);
	}
	code[0] = 0xe9; /* jmp */
	memset(code + 1, 0, 4);
	memset(code + 5, 0x90, thunk->instruction_length - 5);
	site_set_relocation(site, site->number, start + 1, rewriter_new_section_symbol(rewriter, NEW_THUNKS),
		R_X86_64_PC32, (int64_t)at - 4);
}

int code_rewrite(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const Elf_Data *data = rewriter_data(rewriter, site->section);
	struct thunk_site place;
	struct thunk thunk;
	GElf_Rela other = {};
	const char *problem;
	size_t start, other_number;

	if (!site_has_field(rewriter, site, site->type == R_X86_64_64 ? 8 : 4) ||
			!find_instruction(rewriter, site, &start))
		return site_refuse(rewriter, site, "is in no instruction that can be decoded", err);
	if (rewriter_section(rewriter, site->section).sh_flags & SHF_GROUP)
		return site_refuse(rewriter, site,
			"is in code that several objects share (COMDAT): "
			"compile with -fPIC, or move the use into a function that is not inline", err);
	place = (struct thunk_site){
		.code = (const unsigned char *)data->d_buf + start,
		.code_size = data->d_size - start,
		.field = site->self.r_offset - start,
		.addend = site->self.r_addend,
		.pc_relative = site->type == R_X86_64_PC32 || site->type == R_X86_64_PLT32,
	};
	if (!find_other(rewriter, site, start, thunk_instruction_length(place.code, place.code_size), &other_number,
			&other))
		return site_refuse(rewriter, site,
			"is in an instruction with another relocation that cannot be moved", err);
	if (other_number != NO_OTHER)
		place.other_field = other.r_offset - start;
	problem = thunk_make(&place, &thunk);
	if (problem) {
		char text[256];

		snprintf(text, sizeof(text), "is in an instruction that %s", problem);
		return site_refuse(rewriter, site, text, err);
	}
	if (!thunk.in_place) {
		place_thunk(rewriter, site, start, &thunk, other_number, &other);
		return 0;
	}
	memcpy((char *)data->d_buf + start, thunk.code, thunk.size);
	site_set_relocation(site, site->number, site->self.r_offset, GELF_R_SYM(site->self.r_info), R_X86_64_PC32, -4);
	return 0;
}

int code_check_function(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const Elf_Data *data = rewriter_data(rewriter, site->section);
	size_t start;

	if (!(rewriter_section(rewriter, site->section).sh_flags & SHF_EXECINSTR) ||
			(site->type != R_X86_64_PC32 && site->type != R_X86_64_32S) ||
			!site_has_field(rewriter, site, 4) || !find_instruction(rewriter, site, &start))
		return 0;
	if (thunk_accesses_memory((const unsigned char *)data->d_buf + start, data->d_size - start,
			site->self.r_offset - start))
		return site_refuse(rewriter, site,
			"treats it as a variable, but the kernel has a function of that name", err);
	return 0;
}
