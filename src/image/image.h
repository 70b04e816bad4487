/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * One x86-64 ELF file in memory. image_parse() settles that every header,
 * section and segment lies inside the file; what follows relies on that.
 */
#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kml_err;

struct file_map {
	const unsigned char *bytes;
	size_t size;
};

/* Maps a regular file of 1 to limit bytes, read-only. */
int file_map_open(const char *path, size_t limit, struct file_map *ret, struct kml_err *err);
void file_map_close(struct file_map *map);

struct image {
	const char *name; /* for messages, such as "lib.a(part.o)"; not owned */
	const unsigned char *bytes;
	size_t size;
	const Elf64_Ehdr *header;
	const Elf64_Shdr *sections; /* NULL when there are none */
	size_t section_count;
	const Elf64_Phdr *segments;
	size_t segment_count;
};

/* The image borrows bytes, which must be aligned to 8. */
int image_parse(const char *name, const void *bytes, size_t size, struct image *ret, struct kml_err *err);

/* Never NULL; "" for a section without a readable name. */
const char *image_section_name(const struct image *image, size_t index);

/* First section of that name, or 0. */
size_t image_section_find(const struct image *image, const char *name);

/* Where the bytes of these addresses are in the file, or NULL if not all of them are. */
const void *image_at_address(const struct image *image, uint64_t address, uint64_t size);

struct symbols {
	const Elf64_Sym *list;
	size_t count;
	size_t first_global;
	const char *strings; /* ends in NUL */
	size_t strings_size;
	size_t section;
};

/* The symbol table, its ranges checked, the symbols not; 1, or 0 when the file has none. */
int image_symbols(const struct image *image, struct symbols *ret, struct kml_err *err);

/* Never NULL. */
static inline const char *symbol_name(const struct symbols *symbols, const Elf64_Sym *symbol)
{
	return symbol->st_name < symbols->strings_size ? symbols->strings + symbol->st_name : "";
}
