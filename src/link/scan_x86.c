// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include "functions.h"
#include "instruction.h"
#include "program.h"

#include <string.h>

/* SYSCALL (Intel's manual, volume 2). Its two bytes are often something else: the number of false ones is the greater. */
static const unsigned char SYSCALL[] = { 0x0f, 0x05 };

/* What RAX has, which takes the number, as far as it is a constant. */
struct accumulator {
	bool known;
	uint32_t number;
	uint64_t since;
};

static bool is_accumulator(const ZydisDecodedOperand *operand)
{
	return operand->type == ZYDIS_OPERAND_TYPE_REGISTER &&
		(operand->reg.value == ZYDIS_REGISTER_EAX || operand->reg.value == ZYDIS_REGISTER_RAX);
}

/* MOV $number, %eax, or XOR %eax, %eax for 0. */
static bool loads_number(const struct instruction *instruction, uint32_t *ret)
{
	const ZydisDecodedOperand *to = &instruction->operands[0], *from = &instruction->operands[1];

	if (instruction->head.operand_count_visible != 2 || !is_accumulator(to))
		return false;
	if (instruction->head.mnemonic == ZYDIS_MNEMONIC_MOV && from == instruction->immediate) {
		*ret = from->imm.value.u;
		return true;
	}
	*ret = 0;
	return instruction->head.mnemonic == ZYDIS_MNEMONIC_XOR && is_accumulator(from);
}

static bool changes_accumulator(const struct instruction *instruction)
{
	for (size_t i = 0; i < instruction->head.operand_count; i++) {
		const ZydisDecodedOperand *operand = &instruction->operands[i];

		if (operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE && operand->type == ZYDIS_OPERAND_TYPE_REGISTER &&
				register_number(operand->reg.value) == 0)
			return true;
	}
	return false;
}

/* Behind these, there is another value in RAX, or the code before says nothing of what follows. */
static bool ends_knowledge(const struct instruction *instruction)
{
	switch (instruction->head.meta.category) {
	case ZYDIS_CATEGORY_CALL:
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_UNCOND_BR:
	case ZYDIS_CATEGORY_SYSCALL:
	case ZYDIS_CATEGORY_INTERRUPT:
		return true;
	default:
		return changes_accumulator(instruction);
	}
}

static bool note_target(struct scan *scan, const struct instruction *instruction, uint64_t address)
{
	if (!instruction->immediate || !instruction->immediate->imm.is_relative)
		return true;
	return scan_add_target(scan, address + instruction->head.length + instruction->immediate->imm.value.u);
}

/* code: of the whole section, as instructions of a function that is cut short end behind it. */
static bool scan_function(struct scan *scan, const unsigned char *code, const GElf_Shdr *section, uint64_t start, uint64_t end)
{
	struct accumulator accumulator = {};

	for (uint64_t at = start; at < end;) {
		size_t offset = at - section->sh_addr;
		struct instruction instruction;
		uint32_t number;

		if (!instruction_decode(code + offset, section->sh_size - offset, &instruction)) {
			accumulator.known = false;
			at++;
			continue;
		}
		if (instruction.head.mnemonic == ZYDIS_MNEMONIC_SYSCALL &&
				!scan_add(scan, &(struct system_call){ .address = at, .known = accumulator.known,
					.number = accumulator.number, .since = accumulator.since }))
			return false;
		if (!note_target(scan, &instruction, at))
			return false;
		if (loads_number(&instruction, &number))
			accumulator = (struct accumulator){ true, number, at };
		else if (ends_knowledge(&instruction))
			accumulator.known = false;
		at += instruction.head.length;
	}
	return true;
}

/* Only functions that have the bytes somewhere are decoded. */
static bool scan_section(struct scan *scan, const unsigned char *code, const GElf_Shdr *section)
{
	const uint64_t section_end = section->sh_addr + section->sh_size;
	uint64_t start = section->sh_addr;
	const unsigned char *hit;

	while (start < section_end && (hit = memmem(code + (start - section->sh_addr), section_end - start, SYSCALL,
			sizeof(SYSCALL)))) {
		uint64_t end;
		const struct function *function = functions_around(scan->functions, section->sh_addr + (hit - code), &end);

		if (function && function->start > start)
			start = function->start;
		if (end > section_end)
			end = section_end;
		if (!scan_function(scan, code, section, start, end))
			return false;
		start = end;
	}
	return true;
}

bool scan_x86(struct scan *scan)
{
	const struct image *image = &scan->program->image;

	for (size_t i = 1; i < image->section_count; i++) {
		const GElf_Shdr *section = &image->sections[i];
		const unsigned char *code;

		if (!(section->sh_flags & SHF_EXECINSTR) || section->sh_type != SHT_PROGBITS)
			continue;
		code = image_at_address(image, section->sh_addr, section->sh_size);
		if (code && !scan_section(scan, code, section))
			return false;
	}
	return true;
}
