// SPDX-License-Identifier: GPL-2.0-or-later
#include "instruction.h"

#include <string.h>

bool instruction_decode(const unsigned char *code, size_t size, struct instruction *ret)
{
	ZydisDecoder decoder;

	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	memset(ret, 0, sizeof(*ret));
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, size, &ret->head, ret->operands)))
		return false;
	for (size_t i = 0; i < ret->head.operand_count_visible; i++) {
		if (ret->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			ret->memory = &ret->operands[i];
		if (ret->operands[i].type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
			ret->immediate = &ret->operands[i];
	}
	return true;
}

bool instruction_displacement_at(const struct instruction *instruction, size_t field)
{
	/* 64 bits: "movabs variable, %rax", of the large code model */
	return instruction->memory && instruction->head.raw.disp.size >= 32 &&
		instruction->head.raw.disp.offset == field;
}

bool instruction_immediate_at(const struct instruction *instruction, size_t field)
{
	return instruction->immediate && instruction->head.raw.imm[0].size >= 32 &&
		instruction->head.raw.imm[0].offset == field;
}

int register_number(ZydisRegister name)
{
	ZydisRegister full = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, name);

	return full >= ZYDIS_REGISTER_RAX && full <= ZYDIS_REGISTER_R15 ? (int)(full - ZYDIS_REGISTER_RAX) : -1;
}

unsigned int register_mask(ZydisRegister name)
{
	int number = register_number(name);

	return number < 0 ? 0 : 1u << number;
}

unsigned int instruction_registers(const struct instruction *instruction)
{
	unsigned int used = 0;

	for (size_t i = 0; i < instruction->head.operand_count; i++) {
		const ZydisDecodedOperand *operand = &instruction->operands[i];

		if (operand->type == ZYDIS_OPERAND_TYPE_REGISTER)
			used |= register_mask(operand->reg.value);
		if (operand->type == ZYDIS_OPERAND_TYPE_MEMORY)
			used |= register_mask(operand->mem.base) | register_mask(operand->mem.index);
	}
	return used;
}

bool instruction_same_but(const struct instruction *old, const struct instruction *now, size_t changed)
{
	if (old->head.mnemonic != now->head.mnemonic ||
			old->head.operand_count_visible != now->head.operand_count_visible ||
			old->head.operand_width != now->head.operand_width)
		return false;
	for (size_t i = 0; i < old->head.operand_count_visible; i++) {
		const ZydisDecodedOperand *one = &old->operands[i], *other = &now->operands[i];

		if (one->size != other->size && one->type != ZYDIS_OPERAND_TYPE_IMMEDIATE && i != changed)
			return false;
		if (i == changed)
			continue;
		if (one->type != other->type)
			return false;
		if (one->type == ZYDIS_OPERAND_TYPE_REGISTER && one->reg.value != other->reg.value)
			return false;
		if (one->type == ZYDIS_OPERAND_TYPE_MEMORY && (one->mem.base != other->mem.base ||
				one->mem.index != other->mem.index || one->mem.scale != other->mem.scale ||
				one->mem.segment != other->mem.segment))
			return false;
	}
	return old->head.attributes == now->head.attributes ||
		/* The REX prefix may come or go with the new register. */
		((old->head.attributes ^ now->head.attributes) & ZYDIS_ENCODABLE_PREFIXES) == 0;
}
