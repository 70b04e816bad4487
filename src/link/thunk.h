/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * A compiler reaches a variable by a 32-bit field in the instruction, relative
 * to RIP or absolute. The kernel's variables are farther away than that, and
 * where they are is known at start only. So such an instruction moves out of
 * line, where it uses a register that holds the address from the slot:
 *
 *	addq $1, jiffies(%rip)	->	jmp thunk
 *
 *	thunk:	lea -128(%rsp), %rsp		keep the red zone
 *		push %rax			any register that it does not use
 *		mov slot(%rip), %rax
 *		addq $1, (%rax)
 *		pop %rax
 *		lea 128(%rsp), %rsp		lea and mov leave the flags alone
 *		jmp back
 *
 * A load into a general register needs no other register. Pure functions:
 * bytes in, bytes out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thunk_site {
	const unsigned char *code; /* from the start of the instruction on */
	size_t code_size;	   /* as many bytes are there; the instruction may be shorter */
	size_t field;		   /* where in it the relocated field is */
	int64_t addend;
	bool pc_relative;
	size_t other_field; /* another relocated field of the same instruction, 0 if none */
};

#define THUNK_SIZE_MAX 64

struct thunk {
	bool in_place;		    /* code replaces the instruction, of the same length */
	size_t instruction_length;  /* of the instruction at the site */
	unsigned char code[THUNK_SIZE_MAX];
	size_t size;
	size_t slot_field;	    /* gets the distance to the slot: PC32 with addend -4 */
	size_t back_field;	    /* gets the distance back: PC32 to the next instruction, with addend -4 */
	size_t other_field;	    /* where the other relocated field is now, 0 if none */
	int64_t other_adjust;	    /* to be added to its addend if it is relative to RIP */
};

/* NULL, or what kept it from being done, as the second half of a sentence about the instruction. */
const char *thunk_make(const struct thunk_site *site, struct thunk *ret);

/* Length of the instruction at code, 0 if there is none. */
size_t thunk_instruction_length(const unsigned char *code, size_t size);

/* Does it read or write memory through this field, rather than take an address or call? */
bool thunk_accesses_memory(const unsigned char *code, size_t size, size_t field);
