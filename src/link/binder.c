// SPDX-License-Identifier: GPL-2.0-or-later
#include "binder.h"

#include "arch.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "linked.h"
#include "segment.h"
#include "start_library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARCHIVE_SIZE_MAX (1 << 20)

struct binder_part {
	struct image image;
	struct symbols symbols;
	uint64_t *addresses; /* by section; 0 if it is not in the segment */
};

static int unfit(struct kml_err *err)
{
	return err_set(err, EINVAL, "start-up code does not fit this kml-link: kml is not installed "
		"completely");
}

void binder_define(struct binder *binder, const char *name, uint64_t address)
{
	if (binder->symbol_count < sizeof(binder->symbols) / sizeof(binder->symbols[0]))
		binder->symbols[binder->symbol_count++] = (struct binder_symbol){ name, address };
}

uint64_t binder_symbol(const struct binder *binder, const char *name)
{
	for (size_t i = 0; i < binder->symbol_count; i++)
		if (strcmp(binder->symbols[i].name, name) == 0)
			return binder->symbols[i].address;
	return 0;
}

static bool is_for_unwinding(const char *section)
{
	return strcmp(section, ".eh_frame") == 0 || strncmp(section, ".ARM.ex", 7) == 0;
}

static int add_sections(struct binder_part *part, struct segment *segment, struct kml_err *err)
{
	for (size_t i = 1; i < part->image.section_count; i++) {
		const GElf_Shdr *section = &part->image.sections[i];
		const Elf_Data *data;

		/* What the program has of tables for unwinding has its place; more cannot be added. */
		if (!(section->sh_flags & SHF_ALLOC) || section->sh_size == 0 ||
				is_for_unwinding(image_section_name(&part->image, i)))
			continue;
		data = image_section_data(&part->image, i);
		if (section->sh_type != SHT_PROGBITS || section->sh_flags & SHF_WRITE || section->sh_addralign > 16 || !data)
			return unfit(err);
		buffer_align(&segment->bytes, section->sh_addralign ? section->sh_addralign : 1);
		part->addresses[i] = segment_add_code(segment, data->d_buf, data->d_size);
	}
	return 0;
}

static void define_symbols(struct binder *binder, const struct binder_part *part)
{
	for (size_t i = part->symbols.first_global; i < part->symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&part->symbols, i);

		if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < part->image.section_count)
			binder_define(binder, symbol_name(&part->symbols, &symbol),
				part->addresses[symbol.st_shndx] + symbol.st_value);
	}
}

static int add_part(struct binder *binder, Elf *member, struct segment *segment, struct kml_err *err)
{
	struct binder_part *bigger = reallocarray(binder->parts, binder->part_count + 1, sizeof(*bigger)), *part;
	int result;

	if (!bigger) {
		elf_end(member);
		return err_set(err, ENOMEM, "out of memory");
	}
	binder->parts = bigger;
	part = &bigger[binder->part_count++];
	*part = (struct binder_part){};
	result = image_parse(segment->arch->start_library, member, &part->image, err);
	if (result == 0)
		result = image_symbols(&part->image, &part->symbols, err);
	if (result < 0)
		return result;
	part->addresses = calloc(part->image.section_count, sizeof(*part->addresses));
	if (!part->addresses)
		return err_set(err, ENOMEM, "out of memory");
	result = add_sections(part, segment, err);
	if (result == 0)
		define_symbols(binder, part);
	return result;
}

/* There is one for programs and one for libraries. */
static bool is_other_begin(const char *member, bool library)
{
	const char *other = library ? "program." : "library.", *prefix = strrchr(member, '-');

	return strncmp(prefix ? prefix + 1 : member, other, strlen(other)) == 0;
}

int binder_add(struct binder *ret, bool library, struct segment *segment, struct kml_err *err)
{
	const char *library_name = segment->arch->start_library;
	_cleanup_free_ char *path = start_library_find(library_name);
	_cleanup_(binder_free) struct binder binder = {};
	Elf_Cmd next = ELF_C_READ_MMAP;
	Elf *member;
	int result;

	if (!path)
		return err_set(err, ENOENT,
			"start-up code (%s) not found: kml is not installed completely", library_name);
	result = image_map(path, ARCHIVE_SIZE_MAX, &binder.archive, err);
	while (result == 0 && (member = elf_begin(-1, next, binder.archive))) {
		const Elf_Arhdr *header = elf_getarhdr(member);
		bool special = !header || header->ar_name[0] == '/' || is_other_begin(header->ar_name, library);

		next = elf_next(member);
		if (special)
			elf_end(member);
		else
			result = add_part(&binder, member, segment, err);
	}
	if (result == 0 && !binder.part_count)
		result = unfit(err);
	if (result < 0)
		return result;
	*ret = binder;
	binder = (struct binder){};
	return 0;
}

static int relocate(const struct binder *binder, const struct binder_part *part, const GElf_Rela *relocation,
	uint64_t base, struct segment *segment, struct kml_err *err)
{
	GElf_Sym symbol;
	uint64_t target, offset = base + relocation->r_offset - segment->address;

	if (GELF_R_SYM(relocation->r_info) >= part->symbols.count || offset > segment->bytes.size ||
			segment->bytes.size - offset < 4)
		return unfit(err);
	symbol = symbol_at(&part->symbols, GELF_R_SYM(relocation->r_info));
	if (symbol.st_shndx == SHN_UNDEF)
		target = binder_symbol(binder, symbol_name(&part->symbols, &symbol));
	else
		target = symbol.st_shndx < part->image.section_count && part->addresses[symbol.st_shndx] ?
			part->addresses[symbol.st_shndx] + symbol.st_value : 0;
	if (!target || !segment->arch->linked->relocate(segment, offset, GELF_R_TYPE(relocation->r_info), target,
			relocation->r_addend))
		return unfit(err);
	return 0;
}

static int relocate_part(const struct binder *binder, const struct binder_part *part, struct segment *segment,
	struct kml_err *err)
{
	for (size_t i = 1; i < part->image.section_count; i++) {
		const GElf_Shdr *section = &part->image.sections[i];
		Elf_Data *data;
		GElf_Rela relocation = {};

		if ((section->sh_type != SHT_RELA && section->sh_type != SHT_REL) || section->sh_info >= part->image.section_count ||
				!part->addresses[section->sh_info])
			continue;
		data = image_section_data(&part->image, i);
		for (int j = 0; data && image_relocation(data, j, &relocation); j++) {
			int result = relocate(binder, part, &relocation, part->addresses[section->sh_info], segment, err);

			if (result < 0)
				return result;
		}
	}
	return 0;
}

int binder_finish(struct binder *binder, struct segment *segment, struct kml_err *err)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < binder->part_count; i++)
		result = relocate_part(binder, &binder->parts[i], segment, err);
	return result;
}

void binder_free(struct binder *binder)
{
	for (size_t i = 0; i < binder->part_count; i++) {
		image_close(&binder->parts[i].image);
		free(binder->parts[i].addresses);
	}
	free(binder->parts);
	elf_end(binder->archive);
	*binder = (struct binder){};
}
