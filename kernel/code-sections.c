// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints "object section digest" for every section with code of the objects
 * that are named. The digest is over the bytes and over what the linker will
 * put into them: two builds whose lines agree have the same code.
 */
#include <err.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct digest {
	uint64_t a, b;	/* two of 64 bits, so that equal ones are no accident */
};

static void digest_add(struct digest *digest, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++) {
		digest->a = (digest->a ^ bytes[i]) * 0x100000001b3;
		digest->b = (digest->b + bytes[i]) * 0x9e3779b97f4a7c15;
		digest->b ^= digest->b >> 29;
	}
}

static void digest_add_text(struct digest *digest, const char *text)
{
	digest_add(digest, text, strlen(text) + 1);
}

struct object {
	const char *path;
	Elf *elf;
	size_t names;		/* section of the sections' names */
	Elf_Data *symbols;
	size_t symbol_names;	/* section of the symbols' names */
};

static const char *section_name(const struct object *object, Elf_Scn *section, GElf_Shdr *header)
{
	const char *name;

	if (!section || !gelf_getshdr(section, header) || !(name = elf_strptr(object->elf, object->names, header->sh_name)))
		errx(1, "%s: not an object file: %s", object->path, elf_errmsg(-1));
	return name;
}

/* Symbols are known by their names, sections by theirs: numbers change with what is no code. */
static void digest_add_target(struct digest *digest, const struct object *object, size_t index)
{
	GElf_Shdr header;
	GElf_Sym symbol;

	if (!gelf_getsym(object->symbols, index, &symbol))
		errx(1, "%s: a relocation without a symbol: %s", object->path, elf_errmsg(-1));
	if (GELF_ST_TYPE(symbol.st_info) == STT_SECTION)
		digest_add_text(digest, section_name(object, elf_getscn(object->elf, symbol.st_shndx), &header));
	else
		digest_add_text(digest, elf_strptr(object->elf, object->symbol_names, symbol.st_name));
}

/* One of either kind; those without an addend have it in the bytes of the section */
static bool get_relocation(Elf_Data *data, int index, bool has_addend, GElf_Rela *ret)
{
	GElf_Rel bare;

	if (has_addend)
		return gelf_getrela(data, index, ret);
	if (!gelf_getrel(data, index, &bare))
		return false;
	*ret = (GElf_Rela){ .r_offset = bare.r_offset, .r_info = bare.r_info };
	return true;
}

static void digest_add_relocations(struct digest *digest, const struct object *object, size_t patched)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Rela relocation;

	while ((section = elf_nextscn(object->elf, section))) {
		section_name(object, section, &header);
		if ((header.sh_type != SHT_RELA && header.sh_type != SHT_REL) || header.sh_info != patched)
			continue;
		for (int i = 0; get_relocation(elf_getdata(section, NULL), i, header.sh_type == SHT_RELA, &relocation); i++) {
			uint64_t words[] = { relocation.r_offset, GELF_R_TYPE(relocation.r_info), relocation.r_addend };

			digest_add(digest, words, sizeof(words));
			digest_add_target(digest, object, GELF_R_SYM(relocation.r_info));
		}
	}
}

static void find_symbols(struct object *object)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(object->elf, section))) {
		section_name(object, section, &header);
		if (header.sh_type == SHT_SYMTAB) {
			object->symbols = elf_getdata(section, NULL);
			object->symbol_names = header.sh_link;
		}
	}
}

static void print_code(struct object *object)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	find_symbols(object);
	while ((section = elf_nextscn(object->elf, section))) {
		struct digest digest = { 0xcbf29ce484222325, 1 };
		const char *name = section_name(object, section, &header);
		Elf_Data *data = elf_getdata(section, NULL);

		if (!(header.sh_flags & SHF_EXECINSTR) || !header.sh_size || !data)
			continue;
		if (header.sh_type != SHT_NOBITS)
			digest_add(&digest, data->d_buf, data->d_size);
		digest_add_relocations(&digest, object, elf_ndxscn(section));
		printf("%s %s %016jx%016jx\n", object->path, name, (uintmax_t)digest.a, (uintmax_t)digest.b);
	}
}

int main(int argc, char **argv)
{
	elf_version(EV_CURRENT);
	for (int i = 1; i < argc; i++) {
		struct object object = { .path = argv[i] };
		int fd = open(argv[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			err(1, "%s", argv[i]);
		object.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
		if (!object.elf || elf_getshdrstrndx(object.elf, &object.names) < 0)
			errx(1, "%s: not an object file: %s", argv[i], elf_errmsg(-1));
		print_code(&object);
		elf_end(object.elf);
		close(fd);
	}
	if (fflush(stdout) || ferror(stdout))
		err(1, "standard output");
	return 0;
}
