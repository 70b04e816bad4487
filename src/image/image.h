/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * One ELF file, opened by libelf. image_parse() settles that every section and
 * segment lies inside the file; what follows relies on that.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct kml_err;

/* Maps a regular file of 1 to limit bytes, read-only; to be closed with elf_end(). */
int image_map(const char *path, size_t limit, Elf **ret, struct kml_err *err);

struct image {
	const char *name; /* for messages, such as "lib.a(part.o)"; not owned */
	Elf *elf;
	const unsigned char *bytes; /* the whole file */
	size_t size;
	GElf_Ehdr header;
	GElf_Shdr *sections;
	size_t section_count;
	size_t section_names; /* section with the names of sections */
	GElf_Phdr *segments;
	size_t segment_count;
};

/* Of any little-endian machine. Takes elf over, also when it fails. */
int image_parse_any(const char *name, Elf *elf, struct image *ret, struct kml_err *err);

/* 0 for x86-64 and 32-bit ARM. */
int image_check_machine(const struct image *image, struct kml_err *err);

/* Both. Takes elf over, also when it fails. */
int image_parse(const char *name, Elf *elf, struct image *ret, struct kml_err *err);

/* image_map() and image_parse(). */
int image_open(const char *path, const char *name, size_t limit, struct image *ret, struct kml_err *err);
void image_close(struct image *image);

/* Never NULL; "" for a section without a readable name. */
const char *image_section_name(const struct image *image, size_t index);

/* First section of that name, or 0. */
size_t image_section_find(const struct image *image, const char *name);

/* The content of a section; NULL if libelf finds it malformed. */
Elf_Data *image_section_data(const struct image *image, size_t index);

/* A relocation of such data, of either kind: where there is no addend, it is 0. False behind the last one. */
bool image_relocation(Elf_Data *data, int number, GElf_Rela *ret);

/* Where the bytes of these addresses are in the file, or NULL if not all of them are. */
const void *image_at_address(const struct image *image, uint64_t address, uint64_t size);

struct symbols {
	Elf_Data *data;
	const unsigned char *list; /* Elf64_Sym, not aligned; NULL if they are others */
	size_t count;
	size_t first_global;
	const char *strings; /* ends in NUL */
	size_t strings_size;
	size_t section;
	size_t strings_section;
};

/* The first symbol table of that type, its ranges checked, the symbols not; 1, or 0 when the file has none. */
int image_symbol_table(const struct image *image, unsigned int type, struct symbols *ret, struct kml_err *err);

/* That of SHT_SYMTAB. */
int image_symbols(const struct image *image, struct symbols *ret, struct kml_err *err);

/* The number must be less than count. */
static inline GElf_Sym symbol_at(const struct symbols *symbols, size_t number)
{
	GElf_Sym symbol = {};

	/* Kernels have 100,000 of them: here, a call for each would be felt. */
	if (symbols->list)
		memcpy(&symbol, symbols->list + number * sizeof(symbol), sizeof(symbol));
	else
		gelf_getsym(symbols->data, number, &symbol);
	return symbol;
}

/* Never NULL. */
static inline const char *symbol_name(const struct symbols *symbols, const GElf_Sym *symbol)
{
	return symbol->st_name < symbols->strings_size ? symbols->strings + symbol->st_name : "";
}
