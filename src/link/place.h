/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* One relocation of a linked program that is about an import, and what architectures need to rewrite it. */
#include "program.h"
#include "segment.h"

enum { RELOCATION_NONE = 0 }; /* for all machines */

struct rewrite {
	struct program *program;
	const struct imports *imports;
	struct segment *segment;
	void *code_map; /* of the architecture's; see linked.h */
	uint64_t *done; /* places of pointers that the dynamic linker's relocations were about; sorted */
	size_t done_count;
	bool *used;
	uint64_t *table_entries; /* of imports, in the global offset table: addresses of those that are right already; 0 if none */
	struct segment_pages *constants;
	const GElf_Phdr *constants_segment;
	struct kml_err *err;
};

struct place {
	const struct relocation_table *table;
	size_t number;
	Elf64_Rela self;
	unsigned int type;
	uint64_t address;
	const struct import *import;
	const char *section; /* for messages */
	bool code;
	bool of_plt;	     /* the dynamic linker writes there, when it likes */
};

/* What a symbol of the program is to be, by its number; NULL if it is none of the imports. */
const struct import *place_import(const struct rewrite *rewrite, const struct symbols *symbols, size_t number);

/* Says what is wrong with it, and where; returns -ENOTSUP. */
int place_refuse(const struct rewrite *rewrite, const struct place *place, const char *problem);

/* The bytes to be changed, or NULL. */
unsigned char *place_bytes(const struct rewrite *rewrite, uint64_t address, uint64_t size);

/* A field of 32 bits, as the linker has left it; 0 if it is not in the file. */
int32_t place_content(const struct rewrite *rewrite, uint64_t address);

void place_set_relocation(struct rewrite *rewrite, const struct place *place, uint64_t offset, unsigned int type,
	int64_t addend);

/* A field of 32 bits, counted from itself; false if that is too far. */
bool place_write_distance(const struct rewrite *rewrite, uint64_t address, uint64_t target, int64_t addend);

/* A pointer. Those to data of the kernel, and all in programs that move, only the binder can set. */
int place_rewrite_pointer(struct rewrite *rewrite, const struct place *place);
