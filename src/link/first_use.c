// SPDX-License-Identifier: GPL-2.0-or-later
#include "first_use.h"

#include <string.h>

static size_t find_symbol(const struct symbols *symbols, const char *name)
{
	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_shndx == SHN_UNDEF && strcmp(symbol_name(symbols, &symbol), name) == 0)
			return i;
	}
	return 0;
}

void first_use(const struct object *object, const char *name, char ret[SOURCE_LINE_SIZE])
{
	const struct image *image = &object->image;
	size_t number = find_symbol(&object->symbols, name);

	ret[0] = '\0';
	for (size_t i = 1; number && i < image->section_count; i++) {
		const GElf_Shdr *section = &image->sections[i];
		Elf_Data *list;
		GElf_Rela relocation;

		/* object_check() has seen all of them. */
		if (section->sh_type != SHT_RELA || !(image->sections[section->sh_info].sh_flags & SHF_EXECINSTR))
			continue;
		list = image_section_data(image, i);
		for (int j = 0; list && gelf_getrela(list, j, &relocation); j++) {
			if (GELF_R_SYM(relocation.r_info) != number)
				continue;
			source_line(image, section->sh_info, relocation.r_offset, ret);
			return;
		}
	}
}
