// SPDX-License-Identifier: GPL-2.0-or-later
#include "marks.h"

#include <gelf.h>
#include <string.h>

void marks_write(FILE *file, const char *name, uint32_t hash)
{
	fprintf(file, "__asm__(\".pushsection " MARKS_SECTION ",\\\"e\\\",@progbits; .long 0x%08x; .asciz \\\"%s\\\"; "
		".popsection\");\n", hash, name);
}

static void read_section(const char *at, size_t size, void (*visitor)(const char *name, uint32_t hash, void *context),
	void *context)
{
	const char *end = at + size;

	while (end - at > (ptrdiff_t)sizeof(uint32_t)) {
		uint32_t hash;
		size_t length;

		memcpy(&hash, at, sizeof(hash));
		at += sizeof(hash);
		length = strnlen(at, end - at);
		if (at + length == end)
			return;
		visitor(at, hash, context);
		at += length + 1;
	}
}

void marks_read(const void *bytes, size_t size, void (*visitor)(const char *name, uint32_t hash, void *context),
	void *context)
{
	Elf *elf = elf_memory((char *)bytes, size);
	Elf_Scn *section = NULL;
	size_t names;

	if (elf && elf_getshdrstrndx(elf, &names) == 0)
		while ((section = elf_nextscn(elf, section))) {
			GElf_Shdr header;
			const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
			Elf_Data *data = name && strcmp(name, MARKS_SECTION) == 0 ? elf_rawdata(section, NULL) : NULL;

			if (data && data->d_buf)
				read_section(data->d_buf, data->d_size, visitor, context);
		}
	elf_end(elf);
}
