/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Machine code of a thunk, piece by piece. Registers are numbers, as in instruction.h. */
#include "thunk.h"

#include <Zydis/Zydis.h>

static inline ZydisRegister full_register(int number)
{
	return ZYDIS_REGISTER_RAX + number;
}

/* mov slot(%rip), target */
void emit_load_slot(struct thunk *thunk, int target);

/* jmp back */
void emit_jump_back(struct thunk *thunk);

/* Saves the register below the red zone, and gets it back. */
void emit_save(struct thunk *thunk, int scratch);
void emit_restore(struct thunk *thunk, int scratch);

/* Between the two, scratch is free; then its value has been pushed, and it is what it was. */
void emit_push_value_begin(struct thunk *thunk, int scratch);
void emit_push_value_end(struct thunk *thunk, int scratch);

/* False when there is no such instruction. */
bool emit_request(struct thunk *thunk, const ZydisEncoderRequest *request);

/* lea offset(base, index), target */
bool emit_lea(struct thunk *thunk, int target, int base, ZydisRegister index, int64_t offset);
