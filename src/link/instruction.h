/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* One x86-64 instruction, decoded, and what a thunk has to know of it. */
#include <Zydis/Zydis.h>
#include <stdbool.h>
#include <stddef.h>

struct instruction {
	ZydisDecodedInstruction head;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedOperand *memory;	/* the visible operand of that type, or NULL */
	ZydisDecodedOperand *immediate; /* likewise */
};

bool instruction_decode(const unsigned char *code, size_t size, struct instruction *ret);

/* Is this field, counted from the start of the instruction, its displacement or its immediate operand? */
bool instruction_displacement_at(const struct instruction *instruction, size_t field);
bool instruction_immediate_at(const struct instruction *instruction, size_t field);

/* General registers by number, 0 (RAX) to 15, or -1; and sets of them, a bit for each. */
enum { RSP = 4 };
int register_number(ZydisRegister name);
unsigned int register_mask(ZydisRegister name);

/* All that the instruction reads or writes, the hidden ones too. */
unsigned int instruction_registers(const struct instruction *instruction);

/* Index of a visible operand; an encoder request lists just those in the same order. */
static inline size_t operand_index(const struct instruction *instruction, const ZydisDecodedOperand *operand)
{
	return operand - instruction->operands;
}

/* Do both the same, but for the visible operand that was to change? */
bool instruction_same_but(const struct instruction *old, const struct instruction *now, size_t changed);
