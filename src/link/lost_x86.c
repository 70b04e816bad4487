// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include "instruction.h"
#include "program.h"

/* The first bytes of the address space, where no code and no data of a program is. */
enum { NOWHERE = 64 };

static bool branches_nowhere(const struct instruction *instruction, uint64_t address)
{
	return instruction->immediate && instruction->immediate->imm.is_relative &&
		address + instruction->head.length + instruction->immediate->imm.value.s < NOWHERE;
}

static bool reads_nowhere(const struct instruction *instruction, uint64_t address)
{
	if (!instruction->memory || instruction->memory->mem.type == ZYDIS_MEMOP_TYPE_AGEN)
		return false;
	if (instruction->memory->mem.base == ZYDIS_REGISTER_RIP)
		return address + instruction->head.length + instruction->memory->mem.disp.value < NOWHERE;
	return instruction->memory->mem.base == ZYDIS_REGISTER_NONE &&
		instruction->memory->mem.index == ZYDIS_REGISTER_NONE &&
		instruction->memory->mem.segment != ZYDIS_REGISTER_FS &&
		instruction->memory->mem.segment != ZYDIS_REGISTER_GS &&
		(uint64_t)instruction->memory->mem.disp.value < NOWHERE;
}

static bool find_in(const unsigned char *code, const GElf_Shdr *section, bool data, uint64_t *ret)
{
	for (uint64_t at = 0; at < section->sh_size;) {
		struct instruction instruction;

		if (!instruction_decode(code + at, section->sh_size - at, &instruction)) {
			at++;
			continue;
		}
		*ret = section->sh_addr + at;
		at += instruction.head.length;
		if (branches_nowhere(&instruction, *ret) || (data && reads_nowhere(&instruction, *ret)))
			return true;
	}
	return false;
}

bool lost_find_x86(const struct program *program, bool data, uint64_t *ret)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		const GElf_Shdr *section = &program->image.sections[i];
		const unsigned char *code;

		if (!(section->sh_flags & SHF_EXECINSTR) || section->sh_type != SHT_PROGBITS)
			continue;
		code = program_at(program, section->sh_addr, section->sh_size);
		if (code && find_in(code, section, data, ret))
			return true;
	}
	return false;
}
