// SPDX-License-Identifier: GPL-2.0-or-later
#include "vdso.h"

#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VDSO_SIZE_MAX ((size_t)1 << 20)

enum { VERSION_HIDDEN = 0x8000, VERSION_FIRST = 2 };

/* ret: where the name stands, in the table of strings that the section is linked to. */
static const char *soname_of(const struct image *image, size_t *ret)
{
	for (size_t i = 1; i < image->section_count; i++) {
		Elf_Data *data = image->sections[i].sh_type == SHT_DYNAMIC ? image_section_data(image, i) : NULL;
		GElf_Dyn entry;

		for (int j = 0; data && gelf_getdyn(data, j, &entry) && entry.d_tag != DT_NULL; j++) {
			*ret = entry.d_un.d_val;
			if (entry.d_tag == DT_SONAME)
				return elf_strptr(image->elf, image->sections[i].sh_link, entry.d_un.d_val);
		}
	}
	return NULL;
}

bool vdso_is_name(const char *library)
{
	/* On i386 it has the name of what it was before. */
	return strncmp(library, "linux-vdso", 10) == 0 || strncmp(library, "linux-gate.so", 13) == 0;
}

bool vdso_is(const struct image *image)
{
	size_t ignored;
	const char *soname = image->header.e_type == ET_DYN ? soname_of(image, &ignored) : NULL;

	return soname && vdso_is_name(soname);
}

static Elf_Data *section_of_type(const struct image *image, unsigned int type, size_t *ret)
{
	for (*ret = 1; *ret < image->section_count; ++*ret)
		if (image->sections[*ret].sh_type == type)
			return image_section_data(image, *ret);
	return NULL;
}

static int parse(const char *name, struct vdso *vdso, struct kml_err *err)
{
	size_t ignored, definitions;
	int result;

	elf_version(EV_CURRENT);
	result = image_parse(name, elf_memory((char *)vdso->bytes, vdso->size), &vdso->image, err);
	if (result < 0)
		return result;
	if (!vdso_is(&vdso->image))
		return err_set(err, EINVAL, "%s: not a vDSO", name);
	vdso->soname = soname_of(&vdso->image, &vdso->soname_at);
	result = image_symbol_table(&vdso->image, SHT_DYNSYM, &vdso->symbols, err);
	if (result < 0)
		return result;
	vdso->versions = section_of_type(&vdso->image, SHT_GNU_versym, &ignored);
	vdso->definitions = section_of_type(&vdso->image, SHT_GNU_verdef, &definitions);
	if (result == 0 || !vdso->versions || !vdso->definitions)
		return err_set(err, EINVAL, "%s: a vDSO without symbols that have versions", name);
	vdso->strings_section = vdso->image.sections[definitions].sh_link;
	return 0;
}

/*
 * getrandom() of the vDSO is an inner part of libc's, with five parameters. Whoever calls it as the system call of that
 * name would read what it does not get: so here the name is another one, that nobody uses.
 */
static bool hide_misleading_names(struct vdso *vdso)
{
	uint32_t instead = vdso->soname_at;
	bool found = false;

	for (size_t i = 1; i < vdso->symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&vdso->symbols, i);
		size_t at = vdso->image.sections[vdso->symbols.section].sh_offset +
			i * gelf_fsize(vdso->image.elf, ELF_T_SYM, 1, EV_CURRENT);

		if (strcmp(symbol_name(&vdso->symbols, &symbol), "getrandom") != 0)
			continue;
		/* st_name is the first field in both classes. */
		memcpy(vdso->bytes + at, &instead, sizeof(instead));
		found = true;
	}
	return found;
}

int vdso_open_bytes(const char *name, const void *bytes, size_t size, struct vdso *ret, struct kml_err *err)
{
	_cleanup_(vdso_close) struct vdso vdso = { .bytes = malloc(size), .size = size };
	int result;

	if (!vdso.bytes)
		return err_set(err, ENOMEM, "out of memory");
	memcpy(vdso.bytes, bytes, size);
	result = parse(name, &vdso, err);
	if (result == 0 && hide_misleading_names(&vdso)) {
		image_close(&vdso.image);
		result = parse(name, &vdso, err);
	}
	if (result < 0)
		return result;
	*ret = vdso;
	vdso = (struct vdso){};
	return 0;
}

int vdso_open(const char *path, struct vdso *ret, struct kml_err *err)
{
	struct bytes bytes;
	int result = bytes_read(path, VDSO_SIZE_MAX, &bytes, err);

	if (result < 0)
		return result;
	result = vdso_open_bytes(path, bytes.data, bytes.size, ret, err);
	bytes_free(&bytes);
	return result;
}

/* Its last part are the headers of sections. 0 if it is not for programs of the kernel's own kind, or not whole. */
static size_t size_of_library(const unsigned char *bytes, size_t room)
{
	uint64_t headers, size;
	bool right;

	if (room < sizeof(Elf64_Ehdr))
		return 0;
	if (bytes[EI_CLASS] == ELFCLASS64) {
		const Elf64_Ehdr *header = memcpy(&(Elf64_Ehdr){}, bytes, sizeof(*header));

		right = header->e_type == ET_DYN && header->e_machine == EM_X86_64;
		headers = header->e_shoff;
		size = (uint64_t)header->e_shnum * header->e_shentsize;
	} else {
		const Elf32_Ehdr *header = memcpy(&(Elf32_Ehdr){}, bytes, sizeof(*header));

		right = header->e_type == ET_DYN && header->e_machine == EM_ARM;
		headers = header->e_shoff;
		size = (uint64_t)header->e_shnum * header->e_shentsize;
	}
	if (!right || !size || headers > VDSO_SIZE_MAX)
		return 0;
	size += headers;
	return size <= room && size <= VDSO_SIZE_MAX ? size : 0;
}

int vdso_find(const char *name, const unsigned char *bytes, size_t size, struct vdso *ret, struct kml_err *err)
{
	const unsigned char *at = bytes, *end = bytes + size;
	struct kml_err ignored;

	while ((at = memmem(at, end - at, ELFMAG, SELFMAG))) {
		size_t found = size_of_library(at, end - at);
		int result = found ? vdso_open_bytes(name, at, found, ret, &ignored) : 0;

		if (result == -ENOMEM)
			return err_set(err, ENOMEM, "out of memory");
		if (found && result == 0)
			return 1;
		at += SELFMAG;
	}
	return 0;
}

void vdso_close(struct vdso *vdso)
{
	image_close(&vdso->image);
	free(vdso->bytes);
	*vdso = (struct vdso){};
}

static const char *version_name(const struct vdso *vdso, unsigned int number)
{
	size_t limit = vdso->definitions->d_size / sizeof(Elf64_Verdef) + 1, at = 0;
	GElf_Verdef definition;

	/* Each leads to the next by a distance, which need not lead to an end. */
	for (size_t i = 0; i < limit && gelf_getverdef(vdso->definitions, at, &definition); i++) {
		GElf_Verdaux name;

		if (definition.vd_ndx == number && gelf_getverdaux(vdso->definitions, at + definition.vd_aux, &name))
			return elf_strptr(vdso->image.elf, vdso->strings_section, name.vda_name);
		if (!definition.vd_next)
			break;
		at += definition.vd_next;
	}
	return NULL;
}

const char *vdso_version(const struct vdso *vdso, const char *name)
{
	for (size_t i = vdso->symbols.first_global; i < vdso->symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&vdso->symbols, i);
		GElf_Versym version;

		if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS ||
				GELF_ST_BIND(symbol.st_info) == STB_LOCAL || strcmp(symbol_name(&vdso->symbols, &symbol), name) != 0)
			continue;
		if (gelf_getversym(vdso->versions, i, &version) && version >= VERSION_FIRST && !(version & VERSION_HIDDEN))
			return version_name(vdso, version);
	}
	return NULL;
}
