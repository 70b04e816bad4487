// SPDX-License-Identifier: GPL-2.0-or-later
#include "vdso_needs.h"

#include "common/err.h"
#include "image/vdso.h"

#include <errno.h>
#include <stdlib.h>

enum { VERSIONS_MAX = 4096, HIDDEN_BIT = 0x8000 };

/* The first section of this type, or NULL. */
static Elf_Data *section_of_type(const struct image *image, unsigned int type, const GElf_Shdr **ret_section)
{
	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_type == type) {
			*ret_section = &image->sections[i];
			return image_section_data(image, i);
		}
	return NULL;
}

struct versions {
	const struct image *image;
	const GElf_Shdr *section;
	Elf_Data *data;
	unsigned int looked_at; /* they may lead to each other */
};

static const char *string_at(const struct versions *versions, size_t offset)
{
	return elf_strptr(versions->image->elf, versions->section->sh_link, offset);
}

/* The name of a version that is needed of one library, by its number; NULL if it is not among them. */
static const char *find_in_library(struct versions *versions, size_t offset, unsigned int count, unsigned int number)
{
	GElf_Vernaux version;

	for (unsigned int i = 0; i < count && versions->looked_at++ < VERSIONS_MAX; i++) {
		if (!gelf_getvernaux(versions->data, offset, &version))
			return NULL;
		if (version.vna_other == number)
			return string_at(versions, version.vna_name);
		offset += version.vna_next;
	}
	return NULL;
}

/* The same, of the vDSO. */
static const char *find_version(const struct image *image, unsigned int number)
{
	struct versions versions = { .image = image };
	size_t offset = 0;
	GElf_Verneed library;

	versions.data = section_of_type(image, SHT_GNU_verneed, &versions.section);
	while (versions.data && versions.looked_at++ < VERSIONS_MAX && gelf_getverneed(versions.data, offset, &library)) {
		const char *name = string_at(&versions, library.vn_file), *version = NULL;

		if (name && vdso_is_name(name))
			version = find_in_library(&versions, offset + library.vn_aux, library.vn_cnt, number);
		if (version || !library.vn_next)
			return version;
		offset += library.vn_next;
	}
	return NULL;
}

static int add(struct vdso_needs *needs, const char *name, const char *version)
{
	struct vdso_need *bigger = reallocarray(needs->list, needs->count + 1, sizeof(*bigger));

	if (!bigger)
		return -ENOMEM;
	needs->list = bigger;
	bigger[needs->count++] = (struct vdso_need){ name, version };
	return 0;
}

int vdso_needs_read(const struct image *image, struct vdso_needs *ret)
{
	const GElf_Shdr *section;
	Elf_Data *versions = section_of_type(image, SHT_GNU_versym, &section);
	struct vdso_needs needs = {};
	unsigned int known = 0; /* the numbers of a program are few, and most are not the vDSO's */
	const char *known_version = NULL;
	struct symbols symbols;
	struct kml_err ignored;
	int result = 0;

	if (!versions || image_symbol_table(image, SHT_DYNSYM, &symbols, &ignored) <= 0)
		return 0;
	for (size_t i = symbols.first_global; result == 0 && i < symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&symbols, i);
		GElf_Versym number;

		if (symbol.st_shndx != SHN_UNDEF || !gelf_getversym(versions, i, &number))
			continue;
		if (!known || known != (number & ~HIDDEN_BIT)) {
			known = number & ~HIDDEN_BIT;
			known_version = find_version(image, known);
		}
		if (known_version)
			result = add(&needs, symbol_name(&symbols, &symbol), known_version);
	}
	*ret = needs;
	return result;
}

void vdso_needs_free(struct vdso_needs *needs)
{
	free(needs->list);
	*needs = (struct vdso_needs){};
}
