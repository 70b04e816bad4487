// SPDX-License-Identifier: GPL-2.0-or-later
#include "thunk.h"

#include "emit.h"
#include "instruction.h"

#include <string.h>

/* A value that needs 32 bits, so that the encoder makes room for a relocated field. */
#define WIDE_VALUE 0x7fffffff

size_t thunk_instruction_length(const unsigned char *code, size_t size)
{
	struct instruction instruction;

	return instruction_decode(code, size, &instruction) ? instruction.head.length : 0;
}

bool thunk_accesses_memory(const unsigned char *code, size_t size, size_t field)
{
	struct instruction instruction;

	return instruction_decode(code, size, &instruction) && instruction_displacement_at(&instruction, field) &&
		instruction.memory->mem.type != ZYDIS_MEMOP_TYPE_AGEN &&
		instruction.head.meta.category != ZYDIS_CATEGORY_CALL &&
		instruction.head.meta.category != ZYDIS_CATEGORY_UNCOND_BR;
}

/* AH, BH, CH and DH cannot be had together with R8 to R15, so the old registers come first. */
static int pick_scratch(unsigned int used)
{
	static const unsigned char order[] = { 0, 1, 2, 6, 7, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15 };

	for (size_t i = 0; i < sizeof(order); i++)
		if (!(used & 1u << order[i]))
			return order[i];
	return -1;
}

static bool fits_32(int64_t value)
{
	return value >= INT32_MIN && value <= INT32_MAX;
}

/* The changed instruction, checked by reading it back, and the other relocated field in it. */
static const char *emit_instruction(struct thunk *thunk, const struct instruction *old,
	ZydisEncoderRequest *request, size_t changed, const struct thunk_site *site)
{
	size_t start = thunk->size;
	struct instruction now;

	if (site->other_field) {
		if (instruction_immediate_at(old, site->other_field) && changed != operand_index(old, old->immediate))
			request->operands[operand_index(old, old->immediate)].imm.s = WIDE_VALUE;
		else if (instruction_displacement_at(old, site->other_field) &&
				changed != operand_index(old, old->memory))
			request->operands[operand_index(old, old->memory)].mem.displacement = WIDE_VALUE;
		else
			return "has two relocated operands, and one of them cannot be moved";
	}
	if (!emit_request(thunk, request) || !instruction_decode(thunk->code + start, thunk->size - start, &now) ||
			now.head.length != thunk->size - start || !instruction_same_but(old, &now, changed))
		return "has no form that takes the address from a register";
	if (!site->other_field)
		return NULL;
	if (instruction_immediate_at(old, site->other_field))
		thunk->other_field = now.head.raw.imm[0].size == 32 ? start + now.head.raw.imm[0].offset : 0;
	else
		thunk->other_field = now.head.raw.disp.size == 32 ? start + now.head.raw.disp.offset : 0;
	if (!thunk->other_field)
		return "has two relocated operands, and one of them cannot be moved";
	/* A RIP-relative field counts from the end of its instruction. */
	thunk->other_adjust = (int64_t)(old->head.length - site->other_field) -
		(int64_t)(thunk->size - thunk->other_field);
	return NULL;
}

/* Loads that write the whole target: it can hold the address first. */
static int load_target(const struct instruction *instruction)
{
	const ZydisDecodedOperand *target = &instruction->operands[0];
	const ZydisDecodedOperandMem *memory = &instruction->memory->mem;
	unsigned int address = register_mask(memory->base) | register_mask(memory->index);

	switch (instruction->head.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
	case ZYDIS_MNEMONIC_LEA:
		break;
	default:
		return -1;
	}
	if (target->type != ZYDIS_OPERAND_TYPE_REGISTER || target->size < 32 ||
			register_mask(target->reg.value) & address)
		return -1;
	return register_number(target->reg.value);
}

/* Where the operand is once scratch holds the address of the variable. */
static bool prepare_address(struct thunk *thunk, const ZydisDecodedOperandMem *memory, int scratch, int64_t offset,
	ZydisEncoderOperand *operand)
{
	bool has_base = memory->base != ZYDIS_REGISTER_NONE && memory->base != ZYDIS_REGISTER_RIP;
	bool has_index = memory->index != ZYDIS_REGISTER_NONE;

	if (has_base && has_index && !emit_lea(thunk, scratch, scratch, memory->base, 0))
		return false;
	operand->mem.base = full_register(scratch);
	operand->mem.index = has_index ? memory->index : has_base ? memory->base : ZYDIS_REGISTER_NONE;
	operand->mem.scale = has_index ? memory->scale : has_base ? 1 : 0;
	operand->mem.displacement = offset;
	return true;
}

static const char *make_push_memory(const struct thunk_site *site, const struct instruction *instruction,
	int64_t offset, struct thunk *thunk)
{
	int scratch = pick_scratch(instruction_registers(instruction) | 1u << RSP);
	ZydisEncoderRequest request = {
		.machine_mode = ZYDIS_MACHINE_MODE_LONG_64,
		.mnemonic = ZYDIS_MNEMONIC_MOV,
		.operand_count = 2,
		.operands = {
			{ .type = ZYDIS_OPERAND_TYPE_REGISTER, .reg.value = full_register(scratch) },
			{ .type = ZYDIS_OPERAND_TYPE_MEMORY, .mem.size = 8 },
		},
	};

	if (instruction->memory->size != 64 || site->other_field)
		return "pushes in a way that is not supported";
	emit_push_value_begin(thunk, scratch);
	emit_load_slot(thunk, scratch);
	if (!prepare_address(thunk, &instruction->memory->mem, scratch, offset, &request.operands[1]) ||
			!emit_request(thunk, &request))
		return "has no form that takes the address from a register";
	emit_push_value_end(thunk, scratch);
	emit_jump_back(thunk);
	return NULL;
}

static const char *make_memory(const struct thunk_site *site, const struct instruction *instruction,
	struct thunk *thunk)
{
	const ZydisDecodedOperandMem *memory = &instruction->memory->mem;
	/* Whatever the addend is: what does not fit is refused below. */
	int64_t offset = (int64_t)((uint64_t)site->addend +
		(site->pc_relative ? instruction->head.length - site->field : 0));
	size_t changed = operand_index(instruction, instruction->memory);
	unsigned int used = instruction_registers(instruction);
	ZydisEncoderRequest request;
	const char *problem;
	int scratch, target;

	if (site->pc_relative != (memory->base == ZYDIS_REGISTER_RIP))
		return "has a relocation that does not fit its operand";
	if (memory->segment == ZYDIS_REGISTER_FS || memory->segment == ZYDIS_REGISTER_GS)
		return "uses a segment register";
	if (instruction->head.address_width != 64 || !fits_32(offset))
		return "has an address that is not supported";
	switch (instruction->head.mnemonic) {
	case ZYDIS_MNEMONIC_CALL:
	case ZYDIS_MNEMONIC_JMP:
		return "calls through a pointer in the kernel's memory, which would bypass the call gate";
	case ZYDIS_MNEMONIC_PUSH:
		return make_push_memory(site, instruction, offset, thunk);
	case ZYDIS_MNEMONIC_LEA:
		if (offset == 0 && memory->base == ZYDIS_REGISTER_RIP && site->code[site->field - 2] == 0x8d) {
			/* The address itself is what the slot holds: lea becomes mov. */
			memcpy(thunk->code, site->code, instruction->head.length);
			thunk->code[site->field - 2] = 0x8b;
			thunk->size = instruction->head.length;
			thunk->slot_field = site->field;
			thunk->in_place = true;
			return NULL;
		}
		break;
	default:
		break;
	}
	if (used & 1u << RSP)
		return "uses the stack pointer together with a variable of the kernel";
	if (!ZYAN_SUCCESS(ZydisEncoderDecodedInstructionToEncoderRequest(&instruction->head, instruction->operands,
			instruction->head.operand_count_visible, &request)))
		return "has no form that takes the address from a register";
	target = load_target(instruction);
	scratch = target >= 0 ? target : pick_scratch(used | 1u << RSP);
	if (scratch < 0)
		return "leaves no register free";
	if (target < 0)
		emit_save(thunk, scratch);
	emit_load_slot(thunk, scratch);
	if (!prepare_address(thunk, memory, scratch, offset, &request.operands[changed]))
		return "has no form that takes the address from a register";
	problem = emit_instruction(thunk, instruction, &request, changed, site);
	if (problem)
		return problem;
	if (target < 0)
		emit_restore(thunk, scratch);
	emit_jump_back(thunk);
	return NULL;
}

static bool takes_register_instead(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_SUB:
	case ZYDIS_MNEMONIC_CMP:
	case ZYDIS_MNEMONIC_TEST:
	case ZYDIS_MNEMONIC_AND:
	case ZYDIS_MNEMONIC_OR:
	case ZYDIS_MNEMONIC_XOR:
		return true;
	default:
		return false;
	}
}

static bool emit_load_address(struct thunk *thunk, int target, int64_t offset)
{
	emit_load_slot(thunk, target);
	return offset == 0 || emit_lea(thunk, target, target, ZYDIS_REGISTER_NONE, offset);
}

/* The address of the variable is a constant in the instruction, as in programs that are not position-independent. */
static const char *make_immediate(const struct thunk_site *site, const struct instruction *instruction,
	struct thunk *thunk)
{
	size_t changed = operand_index(instruction, instruction->immediate);
	unsigned int used = instruction_registers(instruction);
	ZydisEncoderRequest request;
	const char *problem;
	int scratch;

	if (instruction->immediate->imm.is_relative)
		return "calls or jumps to a variable of the kernel";
	if (site->pc_relative || !fits_32(site->addend))
		return "has a relocation that does not fit its operand";
	scratch = pick_scratch(used | 1u << RSP);
	if (instruction->head.mnemonic == ZYDIS_MNEMONIC_PUSH) {
		emit_push_value_begin(thunk, scratch);
		if (!emit_load_address(thunk, scratch, site->addend))
			return "has an address that is not supported";
		emit_push_value_end(thunk, scratch);
		emit_jump_back(thunk);
		return NULL;
	}
	if (used & 1u << RSP)
		return "uses the stack pointer together with a variable of the kernel";
	if (instruction->head.mnemonic == ZYDIS_MNEMONIC_MOV &&
			instruction->operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
			instruction->operands[0].size >= 32) {
		if (!emit_load_address(thunk, register_number(instruction->operands[0].reg.value), site->addend))
			return "has an address that is not supported";
		emit_jump_back(thunk);
		return NULL;
	}
	if (!takes_register_instead(instruction->head.mnemonic) || instruction->operands[0].size != 64)
		return "takes only a part of the address";
	if (scratch < 0)
		return "leaves no register free";
	if (!ZYAN_SUCCESS(ZydisEncoderDecodedInstructionToEncoderRequest(&instruction->head, instruction->operands,
			instruction->head.operand_count_visible, &request)))
		return "has no form that takes the address from a register";
	request.operands[changed] = (ZydisEncoderOperand){
		.type = ZYDIS_OPERAND_TYPE_REGISTER, .reg.value = full_register(scratch) };
	emit_save(thunk, scratch);
	if (!emit_load_address(thunk, scratch, site->addend))
		return "has an address that is not supported";
	problem = emit_instruction(thunk, instruction, &request, changed, site);
	if (problem)
		return problem;
	emit_restore(thunk, scratch);
	emit_jump_back(thunk);
	return NULL;
}

const char *thunk_make(const struct thunk_site *site, struct thunk *ret)
{
	struct thunk thunk = {};
	struct instruction instruction;
	const char *problem;

	if (!instruction_decode(site->code, site->code_size, &instruction))
		return "cannot be decoded";
	thunk.instruction_length = instruction.head.length;
	if (instruction_displacement_at(&instruction, site->field))
		problem = make_memory(site, &instruction, &thunk);
	else if (instruction_immediate_at(&instruction, site->field))
		problem = make_immediate(site, &instruction, &thunk);
	else
		problem = "has a relocation outside of its operands";
	if (!problem && !thunk.in_place && thunk.instruction_length < 5)
		problem = "is too short for a jump";
	if (!problem)
		*ret = thunk;
	return problem;
}
