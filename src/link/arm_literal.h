/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Words between the instructions of a linked program, which the code around
 * reads: only instructions that read such a word can tell what becomes of it.
 */
#include "arm_instruction.h"
#include "place.h"

/* The address of a variable of the kernel, in a program that does not move: what reads it reads the slot instead. */
int arm_literal_rewrite(struct rewrite *rewrite, const struct place *place);

/* What the code that reads the word makes of it, by adding PC to it; 0 if that cannot be found. */
uint64_t arm_literal_target(const struct rewrite *rewrite, uint64_t address);

/* Whether the Thumb instruction may be among conditional ones. */
bool arm_literal_is_conditional(const struct rewrite *rewrite, uint64_t address);

/*
 * Replaces the instruction of 4 bytes, which gives a register an address of the kernel, by a jump to a thunk,
 * which reads that from the slot and adds what is behind it. move: of these the register, the condition and the addend
 * count. False if the thunk is too far away.
 */
bool arm_literal_go_to_thunk(struct rewrite *rewrite, const struct arm_move *move, uint64_t slot, uint64_t address);
