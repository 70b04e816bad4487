// SPDX-License-Identifier: GPL-2.0-or-later
/* 32-bit ARM. The same stubs as in arch_arm.c, in ARM code; what jumps there from Thumb code enters 4 bytes before. */
#include "linked_arm.h"

#include "arm_instruction.h"
#include "arm_map.h"
#include "imports.h"
#include "linked.h"
#include "lost.h"
#include "scan.h"
#include "segment.h"

#include <elf.h>
#include <string.h>

enum { BEFORE = 4, WORD = 4 };

static const uint16_t from_thumb[] = { 0x4778 /* bx pc */, 0x46c0 /* nop */ };

static const uint32_t through_gate[] = {
	0xe59fc004, /* ldr ip, 1f */
	0xe08fc00c, /* 0: add ip, pc, ip */
	0xe89c9000, /* ldm ip, {ip, pc} */
	0,	    /* 1: slot - 0b - 8 */
};

static const uint32_t directly[] = {
	0xe59fc004, /* ldr ip, 1f */
	0xe08fc00c, /* 0: add ip, pc, ip */
	0xe59cf000, /* ldr pc, [ip] */
	0,	    /* 1: slot - 0b - 8 */
};

enum { NUMBER = 4 }; /* the word of system_call with the number */

static const uint32_t system_call[] = {
	0xe92d40f0, /* push {r4, r5, r6, r7, lr} */
	0xe59d4014, /* ldr r4, [sp, #20] */
	0xe59d5018, /* ldr r5, [sp, #24] */
	0xe59d601c, /* ldr r6, [sp, #28] */
	0xe3007000, /* movw r7, #number */
	0xe59fc008, /* ldr ip, 1f */
	0xe79fc00c, /* 0: ldr ip, [pc, ip] */
	0xe12fff3c, /* blx ip */
	0xe8bd80f0, /* pop {r4, r5, r6, r7, pc} */
	0,	    /* 1: gate - 0b - 8 */
};

static size_t stub_size(const struct import *import)
{
	switch (import->kind) {
	case KML_KIND_FUNCTION:
		return import->binding == KML_BINDING_ADDRESS ? sizeof(directly) : sizeof(through_gate);
	case KML_KIND_SYSCALL:
		return sizeof(system_call);
	default:
		return 0;
	}
}

static void add_stub(struct segment *segment, const struct import *import)
{
	size_t at;

	if (!stub_size(import))
		return;
	buffer_add(&segment->bytes, from_thumb, sizeof(from_thumb));
	if (import->kind == KML_KIND_FUNCTION) {
		/* The last word is counted from itself: PC is 8 bytes behind the instruction, which is 8 before it */
		at = buffer_add(&segment->bytes, import->binding == KML_BINDING_ADDRESS ? directly : through_gate,
			stub_size(import));
		segment_set_distance(segment, at + stub_size(import) - WORD, segment_slot(segment, import), 0);
		return;
	}
	at = buffer_add(&segment->bytes, system_call, sizeof(system_call));
	segment_set_distance(segment, at + sizeof(system_call) - WORD, segment_system_call_gate(segment), WORD);
	if (!segment->bytes.failed) {
		uint32_t word = arm_move_set(system_call[NUMBER], false, import->number);

		memcpy(segment->bytes.bytes + at + NUMBER * WORD, &word, sizeof(word));
	}
}

/* The start-up code is Thumb code, position-independent. */
static bool relocate(struct segment *segment, size_t offset, unsigned int type, uint64_t target, int64_t addend)
{
	uint64_t from = segment->address + offset;
	uint32_t word;

	(void)addend;
	memcpy(&word, segment->bytes.bytes + offset, sizeof(word));
	switch (type) {
	case R_ARM_NONE:
		return true;
	case R_ARM_REL32:
		segment_set_distance(segment, offset, target, (int32_t)word);
		return true;
	case R_ARM_THM_PC22:
	case R_ARM_THM_JUMP24:
		if (!(target & 1) || !arm_thumb_branch(&word, type == R_ARM_THM_PC22 ? THUMB_CALL : THUMB_JUMP, from, target))
			return false;
		memcpy(segment->bytes.bytes + offset, &word, sizeof(word));
		return true;
	default:
		return false;
	}
}

const struct linked_arch linked_arch_arm = {
	.before_stub = BEFORE,
	.stub_size = stub_size,
	.add_stub = add_stub,
	.relocate = relocate,
	.relocations = { .word = R_ARM_ABS32, .table_entry = R_ARM_GLOB_DAT, .jump_slot = R_ARM_JUMP_SLOT,
		.relative = R_ARM_RELATIVE, .rewrite = linked_arm_rewrite, .map_code = arm_map_make,
		.free_code_map = arm_map_free },
	.find_lost = lost_find_arm,
	.scan = scan_arm,
};
