// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit.h"

#include <assert.h>
#include <string.h>

#define RED_ZONE 128

/* Every piece has a fixed upper size, and all of them together fit. */
static void emit(struct thunk *thunk, const void *bytes, size_t size)
{
	assert(size <= sizeof(thunk->code) - thunk->size);
	memcpy(thunk->code + thunk->size, bytes, size);
	thunk->size += size;
}

static void emit_byte(struct thunk *thunk, unsigned int byte)
{
	unsigned char value = byte;

	emit(thunk, &value, 1);
}

static void emit_int32(struct thunk *thunk, int32_t value)
{
	emit(thunk, &value, sizeof(value)); /* little-endian as the target: both are x86-64 */
}

void emit_load_slot(struct thunk *thunk, int target)
{
	emit_byte(thunk, 0x48 | (target >= 8 ? 4 : 0));
	emit_byte(thunk, 0x8b);
	emit_byte(thunk, 0x05 | (target & 7) << 3);
	thunk->slot_field = thunk->size;
	emit_int32(thunk, 0);
}

static void emit_push(struct thunk *thunk, int number)
{
	if (number >= 8)
		emit_byte(thunk, 0x41);
	emit_byte(thunk, 0x50 | (number & 7));
}

static void emit_pop(struct thunk *thunk, int number)
{
	if (number >= 8)
		emit_byte(thunk, 0x41);
	emit_byte(thunk, 0x58 | (number & 7));
}

/* lea distance(%rsp), %rsp */
static void emit_move_stack(struct thunk *thunk, int32_t distance)
{
	emit(thunk, (const unsigned char[]){ 0x48, 0x8d, 0xa4, 0x24 }, 4);
	emit_int32(thunk, distance);
}

void emit_jump_back(struct thunk *thunk)
{
	emit_byte(thunk, 0xe9);
	thunk->back_field = thunk->size;
	emit_int32(thunk, 0);
}

void emit_save(struct thunk *thunk, int scratch)
{
	emit_move_stack(thunk, -RED_ZONE);
	emit_push(thunk, scratch);
}

void emit_restore(struct thunk *thunk, int scratch)
{
	emit_pop(thunk, scratch);
	emit_move_stack(thunk, RED_ZONE);
}

bool emit_request(struct thunk *thunk, const ZydisEncoderRequest *request)
{
	unsigned char code[ZYDIS_MAX_INSTRUCTION_LENGTH];
	ZyanUSize size = sizeof(code);

	if (!ZYAN_SUCCESS(ZydisEncoderEncodeInstruction(request, code, &size)))
		return false;
	emit(thunk, code, size);
	return true;
}

bool emit_lea(struct thunk *thunk, int target, int base, ZydisRegister index, int64_t offset)
{
	ZydisEncoderRequest request = {
		.machine_mode = ZYDIS_MACHINE_MODE_LONG_64,
		.mnemonic = ZYDIS_MNEMONIC_LEA,
		.operand_count = 2,
		.operands = {
			{ .type = ZYDIS_OPERAND_TYPE_REGISTER, .reg.value = full_register(target) },
			{ .type = ZYDIS_OPERAND_TYPE_MEMORY, .mem = { .base = full_register(base), .index = index,
				.scale = index == ZYDIS_REGISTER_NONE ? 0 : 1, .displacement = offset, .size = 8 } },
		},
	};

	return emit_request(thunk, &request);
}

/* The word below the stack is the instruction's to write; the red zone begins there. */
void emit_push_value_begin(struct thunk *thunk, int scratch)
{
	emit_move_stack(thunk, -8 - RED_ZONE);
	emit_push(thunk, scratch);
}

void emit_push_value_end(struct thunk *thunk, int scratch)
{
	/* mov scratch, RED_ZONE + 8(%rsp): the saved register lies below the red zone */
	emit_byte(thunk, 0x48 | (scratch >= 8 ? 4 : 0));
	emit_byte(thunk, 0x89);
	emit_byte(thunk, 0x84 | (scratch & 7) << 3);
	emit_byte(thunk, 0x24);
	emit_int32(thunk, RED_ZONE + 8);
	emit_restore(thunk, scratch);
}
