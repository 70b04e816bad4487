// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewriter.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "helper_names.h"

#include <errno.h>
#include <string.h>

/* Section numbers of local symbols for sections that do not exist yet; rewriter_finish() replaces them. */
#define SHNDX_THUNKS 0xfff3
#define SHNDX_FIXUPS 0xfff4

/* One table may hold the names of sections and of symbols: clang makes it so. */
static bool shares_names(const struct rewriter *rewriter)
{
	const struct image *image = &rewriter->object->image;

	return image->sections[rewriter->object->symbols.section].sh_link == image->header->e_shstrndx;
}

static struct buffer *section_names(struct rewriter *rewriter)
{
	return shares_names(rewriter) ? &rewriter->symbol_names : &rewriter->section_names;
}

void rewriter_rename_section(struct rewriter *rewriter, size_t section, const char *name)
{
	rewriter->sections[section].sh_name = buffer_add_string(section_names(rewriter), name);
}

int rewriter_open(const struct object *object, const struct imports *imports, struct rewriter *ret,
	struct kml_err *err)
{
	_cleanup_(rewriter_close) struct rewriter rewriter = { .object = object, .imports = imports };
	const struct image *image = &object->image;
	const Elf64_Shdr *names = &image->sections[image->header->e_shstrndx];

	if (image->header->e_shstrndx == 0 || image->header->e_shstrndx >= image->section_count ||
			names->sh_type != SHT_STRTAB)
		return err_set(err, EINVAL, "%s: sections without names", object->name);
	rewriter.bytes = malloc(image->size);
	rewriter.sections = calloc(image->section_count, sizeof(*rewriter.sections));
	rewriter.section_symbols = calloc(image->section_count, sizeof(*rewriter.section_symbols));
	if (!rewriter.bytes || !rewriter.sections || !rewriter.section_symbols)
		return err_set(err, ENOMEM, "%s: out of memory", object->name);
	memcpy(rewriter.bytes, image->bytes, image->size);
	memcpy(rewriter.sections, image->sections, image->section_count * sizeof(*rewriter.sections));
	if (!shares_names(&rewriter))
		buffer_add(&rewriter.section_names, image->bytes + names->sh_offset, names->sh_size);
	buffer_add(&rewriter.symbol_names, object->symbols.strings, object->symbols.strings_size);
	for (size_t i = 1; i < object->symbols.first_global; i++) {
		const Elf64_Sym *symbol = &object->symbols.list[i];

		if (ELF64_ST_TYPE(symbol->st_info) == STT_SECTION && symbol->st_shndx < image->section_count &&
				symbol->st_value == 0)
			rewriter.section_symbols[symbol->st_shndx] = i;
	}
	*ret = rewriter;
	rewriter = (struct rewriter){};
	return 0;
}

void rewriter_close(struct rewriter *rewriter)
{
	free(rewriter->bytes);
	free(rewriter->sections);
	free(rewriter->section_symbols);
	buffer_free(&rewriter->section_names);
	buffer_free(&rewriter->symbol_names);
	buffer_free(&rewriter->locals);
	buffer_free(&rewriter->thunks);
	buffer_free(&rewriter->thunk_relocations);
	buffer_free(&rewriter->fixups);
	buffer_free(&rewriter->fixup_relocations);
	*rewriter = (struct rewriter){};
}

static uint32_t add_section_symbol(struct rewriter *rewriter, unsigned int section)
{
	Elf64_Sym symbol = { .st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION), .st_shndx = section };

	return rewriter->object->symbols.count +
		buffer_add(&rewriter->locals, &symbol, sizeof(symbol)) / sizeof(symbol);
}

uint32_t rewriter_section_symbol(struct rewriter *rewriter, size_t section)
{
	if (!rewriter->section_symbols[section])
		rewriter->section_symbols[section] = add_section_symbol(rewriter, section);
	return rewriter->section_symbols[section];
}

uint32_t rewriter_new_section_symbol(struct rewriter *rewriter, enum rewriter_new_section which)
{
	uint32_t *symbol = which == NEW_THUNKS ? &rewriter->thunk_symbol : &rewriter->fixup_symbol;

	if (!*symbol)
		*symbol = add_section_symbol(rewriter, which == NEW_THUNKS ? SHNDX_THUNKS : SHNDX_FIXUPS);
	return *symbol;
}

static uint64_t renumber(const struct rewriter *rewriter, uint64_t info)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	uint64_t number = ELF64_R_SYM(info);

	if (number >= symbols->count)
		number = number - symbols->count + symbols->first_global;
	else if (number >= symbols->first_global)
		number += rewriter->locals.size / sizeof(Elf64_Sym);
	return ELF64_R_INFO(number, ELF64_R_TYPE(info));
}

/* Every table that holds numbers of symbols. */
static int renumber_section(struct rewriter *rewriter, size_t index, struct kml_err *err)
{
	Elf64_Shdr *section = &rewriter->sections[index];
	unsigned char *bytes = rewriter->bytes + section->sh_offset;
	size_t step;

	switch (section->sh_type) {
	case SHT_RELA:
	case SHT_REL:
		step = section->sh_type == SHT_RELA ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
		/* Both begin with offset and info. Unaligned REL tables are legal enough to be copied bytewise. */
		for (size_t at = 0; at + step <= section->sh_size; at += step) {
			Elf64_Rel relocation;

			memcpy(&relocation, bytes + at, sizeof(relocation));
			relocation.r_info = renumber(rewriter, relocation.r_info);
			memcpy(bytes + at, &relocation, sizeof(relocation));
		}
		return 0;
	case SHT_GROUP:
		section->sh_info = ELF64_R_SYM(renumber(rewriter, ELF64_R_INFO((uint64_t)section->sh_info, 0)));
		return 0;
	default:
		if (section->sh_link != rewriter->object->symbols.section || section->sh_type == SHT_NULL)
			return 0;
		/* Hints for the linker, such as .llvm_addrsig: without them it only saves less. */
		if (section->sh_flags & SHF_ALLOC)
			return err_set(err, EINVAL, "%s: section %zu (%s): type 0x%x with symbols: not supported",
				rewriter->object->name, index, image_section_name(&rewriter->object->image, index),
				section->sh_type);
		section->sh_type = SHT_PROGBITS;
		section->sh_flags |= SHF_EXCLUDE;
		section->sh_link = 0;
		return 0;
	}
}

static void renumber_buffer(const struct rewriter *rewriter, struct buffer *relocations)
{
	Elf64_Rela *list = (void *)relocations->bytes;

	for (size_t i = 0; i < relocations->size / sizeof(*list); i++)
		list[i].r_info = renumber(rewriter, list[i].r_info);
}

/* Data of the kernel is known by its slot from here on. */
static void rename_imports(struct rewriter *rewriter, Elf64_Sym *globals, size_t count)
{
	const struct symbols *symbols = &rewriter->object->symbols;

	for (size_t i = 0; i < count; i++) {
		const char *name = symbol_name(symbols, &symbols->list[symbols->first_global + i]);
		const struct import *import;

		if (globals[i].st_shndx != SHN_UNDEF)
			continue;
		import = import_find(rewriter->imports, name);
		if (!import || import->kind != KML_KIND_DATA)
			continue;
		globals[i].st_name = buffer_add(&rewriter->symbol_names, HELPER_SLOT, strlen(HELPER_SLOT));
		buffer_add_string(&rewriter->symbol_names, name);
		globals[i].st_info = ELF64_ST_INFO(ELF64_ST_BIND(globals[i].st_info), STT_NOTYPE);
		globals[i].st_other = STV_HIDDEN;
	}
}

struct writer {
	struct buffer file;
	struct buffer headers; /* Elf64_Shdr */
};

/* Adds the bytes of a new section and its header; returns its number. */
static size_t add_section(struct writer *writer, struct rewriter *rewriter, const char *name, Elf64_Shdr header,
	const struct buffer *content)
{
	header.sh_name = buffer_add_string(section_names(rewriter), name);
	header.sh_offset = buffer_align(&writer->file, header.sh_addralign);
	header.sh_size = content->size;
	buffer_add(&writer->file, content->bytes, content->size);
	return buffer_add(&writer->headers, &header, sizeof(header)) / sizeof(header);
}

static size_t add_section_and_relocations(struct writer *writer, struct rewriter *rewriter, const char *name,
	uint64_t flags, const struct buffer *content, struct buffer *relocations)
{
	char relocations_name[64];
	size_t number;

	number = add_section(writer, rewriter, name, (Elf64_Shdr){ .sh_type = SHT_PROGBITS, .sh_flags = flags,
		.sh_addralign = 16 }, content);
	snprintf(relocations_name, sizeof(relocations_name), ".rela%s", name);
	renumber_buffer(rewriter, relocations);
	add_section(writer, rewriter, relocations_name, (Elf64_Shdr){ .sh_type = SHT_RELA, .sh_flags = SHF_INFO_LINK,
		.sh_link = rewriter->object->symbols.section, .sh_info = number, .sh_addralign = 8,
		.sh_entsize = sizeof(Elf64_Rela) }, relocations);
	return number;
}

/* Old local symbols, new local symbols, old global symbols. */
static void build_symbols(struct rewriter *rewriter, size_t thunks, size_t fixups, struct buffer *table)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	size_t globals = symbols->count - symbols->first_global, start;
	Elf64_Sym *locals = (void *)rewriter->locals.bytes;

	for (size_t i = 0; i < rewriter->locals.size / sizeof(*locals); i++) {
		if (locals[i].st_shndx == SHNDX_THUNKS)
			locals[i].st_shndx = thunks;
		else if (locals[i].st_shndx == SHNDX_FIXUPS)
			locals[i].st_shndx = fixups;
	}
	buffer_add(table, symbols->list, symbols->first_global * sizeof(Elf64_Sym));
	buffer_add(table, locals, rewriter->locals.size);
	start = buffer_add(table, symbols->list + symbols->first_global, globals * sizeof(Elf64_Sym));
	if (!table->failed && globals)
		rename_imports(rewriter, (void *)(table->bytes + start), globals);
}

static void replace_content(struct writer *writer, size_t section, const struct buffer *content, size_t alignment)
{
	Elf64_Shdr *header = (Elf64_Shdr *)writer->headers.bytes + section;
	size_t offset = buffer_align(&writer->file, alignment);

	buffer_add(&writer->file, content->bytes, content->size);
	header->sh_offset = offset;
	header->sh_size = content->size;
}

static int write_all(struct rewriter *rewriter, struct writer *writer, struct kml_err *err)
{
	const struct image *image = &rewriter->object->image;
	const struct symbols *symbols = &rewriter->object->symbols;
	_cleanup_(buffer_free) struct buffer table = {};
	size_t thunks = 0, fixups = 0, headers;
	Elf64_Ehdr *header;

	for (size_t i = 1; i < image->section_count; i++) {
		int result = renumber_section(rewriter, i, err);

		if (result < 0)
			return result;
	}
	rewriter->sections[symbols->section].sh_info += rewriter->locals.size / sizeof(Elf64_Sym);
	buffer_add(&writer->file, rewriter->bytes, image->size);
	buffer_add(&writer->headers, rewriter->sections, image->section_count * sizeof(*rewriter->sections));
	if (rewriter->thunks.size)
		thunks = add_section_and_relocations(writer, rewriter, SECTION_THUNKS, SHF_ALLOC | SHF_EXECINSTR,
			&rewriter->thunks, &rewriter->thunk_relocations);
	if (rewriter->fixups.size)
		fixups = add_section_and_relocations(writer, rewriter, SECTION_FIXUPS, SHF_ALLOC, &rewriter->fixups,
			&rewriter->fixup_relocations);
	build_symbols(rewriter, thunks, fixups, &table);
	if (table.failed || writer->headers.failed || rewriter->locals.failed || rewriter->symbol_names.failed ||
			rewriter->section_names.failed || rewriter->thunks.failed || rewriter->fixups.failed ||
			rewriter->thunk_relocations.failed || rewriter->fixup_relocations.failed)
		return err_set(err, ENOMEM, "%s: out of memory", rewriter->object->name);
	replace_content(writer, symbols->section, &table, 8);
	replace_content(writer, image->sections[symbols->section].sh_link, &rewriter->symbol_names, 1);
	if (!shares_names(rewriter))
		replace_content(writer, image->header->e_shstrndx, &rewriter->section_names, 1);
	headers = buffer_align(&writer->file, 8);
	buffer_add(&writer->file, writer->headers.bytes, writer->headers.size);
	if (writer->file.failed)
		return err_set(err, ENOMEM, "%s: out of memory", rewriter->object->name);
	header = (void *)writer->file.bytes;
	header->e_shoff = headers;
	header->e_shnum = writer->headers.size / sizeof(Elf64_Shdr);
	return 0;
}

int rewriter_finish(struct rewriter *rewriter, struct buffer *ret, struct kml_err *err)
{
	struct writer writer = {};
	int result;

	if (rewriter->object->image.section_count + 4 >= SHN_LORESERVE)
		return err_set(err, EINVAL, "%s: too many sections", rewriter->object->name);
	result = write_all(rewriter, &writer, err);
	buffer_free(&writer.headers);
	if (result < 0) {
		buffer_free(&writer.file);
		return result;
	}
	*ret = writer.file;
	return 0;
}
