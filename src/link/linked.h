/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* All that kml-link knows of an architecture when it changes a program that was linked before: linked_NAME.c has one. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import;
struct place;
struct program;
struct rewrite;
struct scan;
struct segment;

struct linked_arch {
	/* Stubs follow each other. Callers in another instruction set enter at once before the stub. */
	size_t before_stub;
	size_t (*stub_size)(const struct import *import);
	void (*add_stub)(struct segment *segment, const struct import *import);

	/* A relocation of the start-up code, in the segment at offset; false when it is of another kind. */
	bool (*relocate)(struct segment *segment, size_t offset, unsigned int type, uint64_t target, int64_t addend);

	/* Places of imports. */
	struct linked_relocations {
		unsigned int word, table_entry, jump_slot, relative; /* of the dynamic linker */
		int (*rewrite)(struct rewrite *rewrite, const struct place *place);
		/* Where its instructions are, for rewrite; NULL when there is no memory. */
		void *(*map_code)(const struct program *program);
		void (*free_code_map)(void *map);
	} relocations;
	bool (*find_lost)(const struct program *program, bool data, uint64_t *ret); /* an instruction, see lost.h */
	bool (*scan)(struct scan *scan); /* for its system calls: scan.h */
	bool has_frames; /* frames.h knows those of its stubs */
};

extern const struct linked_arch linked_arch_x86, linked_arch_arm;
