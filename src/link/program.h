/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * A program or shared library that was linked already. program_open() settles
 * that its tables lie in the file and that its addresses and offsets fit each
 * other; names and places are looked at where they are used.
 */
#include "form.h"
#include "image/image.h"

struct relocation_table {
	uint64_t offset; /* in the file */
	size_t count;
	size_t section; /* whose places they are; 0 for those of the dynamic linker */
};

struct program {
	const char *name;
	struct image image;	/* as it was */
	unsigned char *bytes;	/* the same, to be changed after program_make_changeable() */
	const struct form *form;
	const struct link_arch *arch;
	bool library;
	bool position_independent;
	struct symbols symbols, dynamic_symbols; /* count is 0 when there are none */
	uint64_t versions;	/* offset of the versions of dynamic symbols, 0 if none */
	uint64_t dynamic;	/* offset and count of the dynamic section's entries */
	size_t dynamic_count;
	struct relocation_table relocations, plt_relocations; /* of the dynamic linker */
	struct relocation_table *kept; /* by --emit-relocs */
	size_t kept_count;
};

/* Whether a file is one: 1, 0, or -errno when it cannot be read. */
int program_is(const char *path, struct kml_err *err);

/* For which machine it is, if that is one of ours. */
int program_machine(const char *path, unsigned int *ret, struct kml_err *err);

int program_open(const char *path, struct program *ret, struct kml_err *err);

/* To be called before any of those below that change something. */
int program_make_changeable(struct program *program, struct kml_err *err);

void program_close(struct program *program);

/* What the dynamic section has under a tag; false if nothing. */
bool program_dynamic(const struct program *program, int64_t tag, uint64_t *ret);

/* Changes it; false if there is no such entry and no room for one. */
bool program_set_dynamic(struct program *program, int64_t tag, uint64_t value);

/* Puts one before all others; false if there is no room. */
bool program_insert_dynamic(struct program *program, int64_t tag, uint64_t value);

/* By its number; false behind the last one. */
bool program_dynamic_entry(const struct program *program, size_t number, Elf64_Dyn *ret);

/* Takes all entries with the tag out. */
void program_drop_dynamic(struct program *program, int64_t tag);

/* The file's offset of these addresses, 0 if not all of them are in the file. */
uint64_t program_offset(const struct program *program, uint64_t address, uint64_t size);

/* The bytes to be changed there, or NULL. */
unsigned char *program_at(const struct program *program, uint64_t address, uint64_t size);

/* Whether the process may write to the address: from the start, or before the dynamic linker takes that away. */
bool program_writable(const struct program *program, uint64_t address);

/* The segment that is loaded there, or NULL. */
const GElf_Phdr *program_segment(const struct program *program, uint64_t address);

/* The section with the instruction there, or NULL. */
const GElf_Shdr *program_code_section(const struct program *program, uint64_t address);

/* number must be less than table->count. */
Elf64_Rela program_relocation(const struct program *program, const struct relocation_table *table, size_t number);
void program_set_relocation(struct program *program, const struct relocation_table *table, size_t number,
	Elf64_Rela relocation);
