// SPDX-License-Identifier: GPL-2.0-or-later
#include "object_check.h"

#include "arch.h"
#include "common/err.h"
#include "inputs.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int check_symbols(const struct object *object, struct kml_err *err)
{
	const struct symbols *symbols = &object->symbols;

	for (size_t i = 0; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_name >= symbols->strings_size)
			return err_set(err, EINVAL, "%s: symbol %zu: name at 0x%x is outside its table",
				object->name, i, symbol.st_name);
		if (symbol.st_shndx == SHN_XINDEX ||
				(symbol.st_shndx < SHN_LORESERVE && symbol.st_shndx >= object->image.section_count))
			return err_set(err, EINVAL, "%s: symbol %zu (%s): no section %u", object->name, i,
				symbol_name(symbols, &symbol), symbol.st_shndx);
	}
	return 0;
}

/*
 * Size of a section's content as relocations count it, which for compressed
 * debug information is not that in the file.
 */
static uint64_t content_size(const struct object *object, size_t index)
{
	static const char old_magic[] = "ZLIB"; /* of .zdebug_*: then the size, the highest byte first */
	const GElf_Shdr *section = &object->image.sections[index];
	const unsigned char *bytes;
	uint64_t size = 0;
	GElf_Chdr header;

	/* A section that is none has nothing, whatever its header says. */
	if (section->sh_type == SHT_NULL)
		return 0;
	if (section->sh_flags & SHF_ALLOC || section->sh_type == SHT_NOBITS)
		return section->sh_size;
	if (section->sh_flags & SHF_COMPRESSED)
		return gelf_getchdr(elf_getscn(object->image.elf, index), &header) ? header.ch_size : 0;
	bytes = object->image.bytes + section->sh_offset;
	if (strncmp(image_section_name(&object->image, index), ".zdebug", 7) != 0 || section->sh_size < 12 ||
			memcmp(bytes, old_magic, 4) != 0)
		return section->sh_size;
	for (size_t i = 4; i < 12; i++)
		size = size << 8 | bytes[i];
	return size;
}

static int check_relocations(const struct object *object, size_t index, struct kml_err *err)
{
	const GElf_Shdr *section = &object->image.sections[index];
	const char *name = image_section_name(&object->image, index);
	Elf_Data *data = image_section_data(&object->image, index);
	Elf_Type type = section->sh_type == SHT_RELA ? ELF_T_RELA : ELF_T_REL;
	GElf_Rela relocation;
	uint64_t place_max;

	if (!data || section->sh_entsize != gelf_fsize(object->image.elf, type, 1, EV_CURRENT) ||
			section->sh_size % section->sh_entsize != 0 || data->d_size != section->sh_size)
		return err_set(err, EINVAL, "%s: section %zu (%s): malformed relocations", object->name, index, name);
	if (section->sh_size == 0)
		return 0;
	if (section->sh_link != object->symbols.section || section->sh_info == 0 ||
			section->sh_info >= object->image.section_count)
		return err_set(err, EINVAL,
			"%s: section %zu (%s): relocations of section %u with symbols of section %u",
			object->name, index, name, section->sh_info, section->sh_link);
	place_max = content_size(object, section->sh_info);
	for (int i = 0; image_relocation(data, i, &relocation); i++)
		if (GELF_R_SYM(relocation.r_info) >= object->symbols.count ||
				relocation.r_offset > place_max)
			return err_set(err, EINVAL,
				"%s: section %zu (%s): relocation %d: place 0x%" PRIx64 " or symbol %" PRIu64
				" does not exist", object->name, index, name, i, relocation.r_offset,
				GELF_R_SYM(relocation.r_info));
	return 0;
}

/* Link-time optimization hides the code until after this tool has seen the object. */
static int check_lto(const struct object *object, struct kml_err *err)
{
	for (size_t i = 1; i < object->image.section_count; i++) {
		const char *name = image_section_name(&object->image, i);

		if (strncmp(name, ".gnu.lto_", 9) == 0 || strcmp(name, ".llvm.lto") == 0)
			return err_set(err, EINVAL, "%s: made for link-time optimization: compile without -flto",
				object->name);
	}
	return 0;
}

int object_check(struct object *object, struct kml_err *err)
{
	const struct image *image = &object->image;
	const struct link_arch *arch = link_arch_of(image->header.e_machine);
	unsigned int ours = arch->relocations_have_addends ? SHT_RELA : SHT_REL;
	unsigned int other = arch->relocations_have_addends ? SHT_REL : SHT_RELA;
	int result;

	if (image->header.e_type != ET_REL)
		return err_set(err, EINVAL, "%s: %s, not an object file (cc -c makes one)%s", object->name,
			image->header.e_type == ET_DYN ? "a shared library or program" : "an ELF file of another type",
			image->header.e_type == ET_DYN ? "; give libraries behind '--'" : "");
	result = check_lto(object, err);
	if (result == 0)
		result = image_symbols(image, &object->symbols, err);
	if (result >= 0)
		result = check_symbols(object, err);
	for (size_t i = 1; result == 0 && i < image->section_count; i++) {
		if (image->sections[i].sh_type == ours)
			result = check_relocations(object, i, err);
		else if (image->sections[i].sh_type == other && image->sections[i].sh_info < image->section_count &&
				image->sections[image->sections[i].sh_info].sh_flags & SHF_ALLOC)
			result = err_set(err, EINVAL, "%s: section %zu: relocations %s addends, which %s does not have",
				object->name, i, arch->relocations_have_addends ? "without" : "with", arch->name);
		else if (image->sections[i].sh_type == SHT_SYMTAB_SHNDX)
			result = err_set(err, EINVAL, "%s: too many sections", object->name);
		else if (image->sections[i].sh_type == SHT_SYMTAB && i != object->symbols.section)
			result = err_set(err, EINVAL, "%s: section %zu: a second symbol table", object->name, i);
	}
	return result;
}
