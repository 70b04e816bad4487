/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * One object file on its way to a new one: a copy of its sections, to be
 * changed in place, and what is to be added: thunks, fixups, symbols.
 *
 * While this goes on, symbols are known by number as in the old table, and new
 * ones by numbers behind it; rewriter_finish() sorts new local symbols in
 * before the global ones and renumbers.
 */
#include "common/buffer.h"
#include "arch.h"
#include "imports.h"

/* How far the code of a section has been decoded, and up to where that can go on. */
struct decoded {
	size_t section;	/* 0 when there is nothing yet */
	size_t at;	/* start of an instruction */
	size_t end;	/* where the next function starts */
};

struct rewriter {
	const struct object *object;
	const struct link_arch *arch;
	const struct imports *imports;
	int fd;
	Elf *elf;		/* the new object; its sections have the numbers of the old ones */
	unsigned char *storage; /* of the copied contents */
	uint32_t *section_symbols; /* per section: number of its section symbol, 0 if not known yet */
	struct buffer section_names, symbol_names; /* what is new in them */
	struct buffer locals;	/* Elf64_Sym */
	struct buffer thunks, thunk_relocations; /* Elf64_Rela */
	struct buffer fixups, fixup_relocations;
	uint32_t thunk_symbol, fixup_symbol; /* section symbols of the new sections, 0 until needed */
	struct decoded decoded;
	bool changed;
};

/* path: for the new object, which is empty until rewriter_finish(). */
int rewriter_open(const struct object *object, const struct imports *imports, const char *path, struct rewriter *ret,
	struct kml_err *err);
void rewriter_close(struct rewriter *rewriter);

/* Header and content of a section of the new object. */
GElf_Shdr rewriter_section(const struct rewriter *rewriter, size_t section);
Elf_Data *rewriter_data(const struct rewriter *rewriter, size_t section);

/* Lets the program write to a section, under another name unless that is NULL. */
void rewriter_make_writable(struct rewriter *rewriter, size_t section, const char *name);

/* Number of the symbol that stands for the start of an old section. */
uint32_t rewriter_section_symbol(struct rewriter *rewriter, size_t section);

enum rewriter_new_section { NEW_THUNKS, NEW_FIXUPS };
uint32_t rewriter_new_section_symbol(struct rewriter *rewriter, enum rewriter_new_section which);

/* Number of a new symbol for code at this place of an old section, or of the thunks; its lowest bit says that it is Thumb code. */
uint32_t rewriter_add_function(struct rewriter *rewriter, size_t section, uint64_t place);
uint32_t rewriter_add_thunk_function(struct rewriter *rewriter, uint64_t place);

/* Writes the new object. */
int rewriter_finish(struct rewriter *rewriter, struct kml_err *err);
