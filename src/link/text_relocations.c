// SPDX-License-Identifier: GPL-2.0-or-later
#include "text_relocations.h"

#include "place.h"

static bool is_in_code(const struct program *program, const Elf64_Rela *relocation)
{
	/* What lies in no segment of the program lies in ours, which can be written. */
	return ELF64_R_TYPE(relocation->r_info) != RELOCATION_NONE && program_segment(program, relocation->r_offset) &&
		!program_writable(program, relocation->r_offset);
}

static bool any_in_code(const struct program *program, const struct relocation_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		Elf64_Rela relocation = program_relocation(program, table, i);

		if (is_in_code(program, &relocation))
			return true;
	}
	return false;
}

void text_relocations_settle(struct program *program)
{
	uint64_t flags;

	if (any_in_code(program, &program->relocations) || any_in_code(program, &program->plt_relocations))
		return;
	program_drop_dynamic(program, DT_TEXTREL);
	if (program_dynamic(program, DT_FLAGS, &flags) && flags & DF_TEXTREL)
		program_set_dynamic(program, DT_FLAGS, flags & ~(uint64_t)DF_TEXTREL);
}
