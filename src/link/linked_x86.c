// SPDX-License-Identifier: GPL-2.0-or-later
/* x86-64. */
#include "linked_x86.h"

#include "functions.h"
#include "imports.h"
#include "linked.h"
#include "lost.h"
#include "scan.h"
#include "segment.h"

#include <elf.h>
#include <string.h>

enum { STUB_ROOM = 16 };

static size_t stub_size(const struct import *import)
{
	return import->kind == KML_KIND_SYSCALL ? 14 : import->binding == KML_BINDING_ADDRESS ? 6 : 13;
}

/* The same as in generate.c. Imports of data have a place for a stub, too: it is small, and the rest is simple. */
static void add_stub(struct segment *segment, const struct import *import)
{
	static const unsigned char function[STUB_ROOM] = { 0x48, 0x8b, 0x05, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0,
		0xcc, 0xcc, 0xcc };
	static const unsigned char direct[STUB_ROOM] = { 0xff, 0x25, 0, 0, 0, 0, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
		0xcc, 0xcc, 0xcc, 0xcc };
	static const unsigned char call[STUB_ROOM] = { 0x49, 0x89, 0xca, 0xb8, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0,
		0xcc, 0xcc };
	static const unsigned char none[STUB_ROOM] = { 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
		0xcc, 0xcc, 0xcc, 0xcc, 0xcc };
	size_t at;

	switch (import->kind) {
	case KML_KIND_FUNCTION:
		if (import->binding == KML_BINDING_ADDRESS) {
			at = buffer_add(&segment->bytes, direct, STUB_ROOM);
			segment_set_distance(segment, at + 2, segment_slot(segment, import), -4);
			return;
		}
		at = buffer_add(&segment->bytes, function, STUB_ROOM);
		segment_set_distance(segment, at + 3, segment_slot(segment, import), -4);
		segment_set_distance(segment, at + 9, segment_call_gate(segment), -4);
		return;
	case KML_KIND_SYSCALL:
		at = buffer_add(&segment->bytes, call, STUB_ROOM);
		if (!segment->bytes.failed)
			memcpy(segment->bytes.bytes + at + 4, &import->number, 4);
		segment_set_distance(segment, at + 10, segment_system_call_gate(segment), -4);
		return;
	case KML_KIND_DATA:
		buffer_add(&segment->bytes, none, STUB_ROOM);
		return;
	}
}

static bool relocate(struct segment *segment, size_t offset, unsigned int type, uint64_t target, int64_t addend)
{
	if (type != R_X86_64_PC32 && type != R_X86_64_PLT32)
		return false;
	segment_set_distance(segment, offset, target, addend);
	return true;
}

const struct linked_arch linked_arch_x86 = {
	.stub_size = stub_size,
	.add_stub = add_stub,
	.relocate = relocate,
	.relocations = { .word = R_X86_64_64, .table_entry = R_X86_64_GLOB_DAT, .jump_slot = R_X86_64_JUMP_SLOT,
		.relative = R_X86_64_RELATIVE, .rewrite = linked_x86_rewrite, .map_code = functions_map,
		.free_code_map = functions_free },
	.find_lost = lost_find_x86,
	.scan = scan_x86,
	.has_frames = true,
};
