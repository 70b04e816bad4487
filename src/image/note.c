// SPDX-License-Identifier: GPL-2.0-or-later
#include "note.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <kml/program.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* More imports than this are not a program but an attempt to waste memory. */
#define IMPORTS_MAX 100000

/* Finds a note in one run of notes, NULL for none; returns the offset of its descriptor, 0 when it is not there. */
static size_t find_note(Elf_Data *notes, const char *name, uint32_t type, size_t *ret_size)
{
	size_t offset = 0, name_at, descriptor, name_size = strlen(name) + 1;
	GElf_Nhdr header;

	while (notes && (offset = gelf_getnote(notes, offset, &header, &name_at, &descriptor)) > 0)
		if (header.n_type == type && header.n_namesz == name_size &&
				memcmp((char *)notes->d_buf + name_at, name, name_size) == 0) {
			*ret_size = header.n_descsz;
			return descriptor;
		}
	return 0;
}

static bool find_build_id(Elf_Data *notes, unsigned char ret[KML_BUILD_ID_SIZE])
{
	size_t size, found = find_note(notes, ELF_NOTE_GNU, NT_GNU_BUILD_ID, &size);

	if (!found)
		return false;
	memset(ret, 0, KML_BUILD_ID_SIZE);
	memcpy(ret, (char *)notes->d_buf + found, size < KML_BUILD_ID_SIZE ? size : KML_BUILD_ID_SIZE);
	return true;
}

bool note_build_id(const struct image *image, unsigned char ret[KML_BUILD_ID_SIZE])
{
	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_type == SHT_NOTE && find_build_id(image_section_data(image, i), ret))
			return true;
	return false;
}

bool note_build_id_in(const unsigned char *notes, size_t size, unsigned char ret[KML_BUILD_ID_SIZE])
{
	Elf_Data data = { .d_buf = (void *)notes, .d_size = size, .d_type = ELF_T_NHDR, .d_version = EV_CURRENT };

	return find_build_id(&data, ret);
}

/* A note of ours in the segments. */
struct found {
	const GElf_Phdr *segment;
	size_t offset; /* in it */
	const void *descriptor;
	size_t size;
};

static bool find_in_segments(const struct image *image, uint32_t type, struct found *ret)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];
		Elf_Data *notes;

		if (segment->p_type != PT_NOTE)
			continue;
		notes = elf_getdata_rawchunk(image->elf, segment->p_offset, segment->p_filesz,
			segment->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
		ret->offset = find_note(notes, KML_NOTE_NAME, type, &ret->size);
		if (!ret->offset)
			continue;
		ret->segment = segment;
		ret->descriptor = (char *)notes->d_buf + ret->offset;
		return true;
	}
	return false;
}

static int find_kml_note(const struct image *image, struct note *note, struct kml_err *err)
{
	struct found found;

	if (!find_in_segments(image, KML_NOTE_TYPE, &found))
		return 0;
	if (found.size < sizeof(note->header))
		return err_set(err, EINVAL, "%s: KML note: %zu bytes, expected %zu", image->name, found.size,
			sizeof(note->header));
	note->offset = found.segment->p_offset + found.offset;
	note->address = found.segment->p_vaddr + found.offset;
	memcpy(&note->header, found.descriptor, sizeof(note->header));
	return 1;
}

/* Programs of older versions have no such note. */
static int read_expected(const struct image *image, struct note_import *imports, size_t count, struct kml_err *err)
{
	struct kml_expected expected;
	struct found found;

	if (!find_in_segments(image, KML_NOTE_TYPE_EXPECTED, &found))
		return 0;
	if (found.size != count * sizeof(expected))
		return err_set(err, EINVAL, "%s: KML note of what is expected: %zu bytes for %zu imports", image->name,
			found.size, count);
	for (size_t i = 0; i < count; i++) {
		memcpy(&expected, (const char *)found.descriptor + i * sizeof(expected), sizeof(expected));
		imports[i].address = expected.address;
		imports[i].type = expected.type;
	}
	return 0;
}

static int read_import(const struct image *image, uint64_t address, struct note_import *ret, struct kml_err *err)
{
	struct kml_import import;
	uint64_t name_address;
	const char *name;

	/* The caller has checked that the table is in the file. */
	memcpy(&import, image_at_address(image, address, sizeof(import)), sizeof(import));
	name_address = address + offsetof(struct kml_import, name) + (int64_t)import.name;
	name = image_at_address(image, name_address, 1);
	if (!name || !memchr(name, '\0', image->size - ((const unsigned char *)name - image->bytes)))
		return err_set(err, EINVAL, "%s: KML note: name of an import at 0x%" PRIx64 " is outside the file",
			image->name, name_address);
	ret->name = name;
	ret->kind = import.kind_binding & 0xff;
	ret->binding = import.kind_binding >> 8 & 0xff;
	ret->number = import.number;
	ret->slot = import.slot ? address + offsetof(struct kml_import, slot) + (int64_t)import.slot : 0;
	return 0;
}

int note_read(const struct image *image, struct note *ret, struct kml_err *err)
{
	struct note note = {};
	_cleanup_free_ struct note_import *imports = NULL;
	uint64_t table;
	int result = find_kml_note(image, &note, err);

	if (result <= 0)
		return result;
	table = note.address + offsetof(struct kml_note, imports) + (int64_t)note.header.imports;
	note.import_count = note.header.import_count;
	if (note.import_count > IMPORTS_MAX ||
			!image_at_address(image, table, note.import_count * sizeof(struct kml_import)))
		return err_set(err, EINVAL, "%s: KML note: table of %zu imports at 0x%" PRIx64 " is outside the file",
			image->name, note.import_count, table);
	imports = calloc(note.import_count + 1, sizeof(*imports));
	if (!imports)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < note.import_count; i++) {
		result = read_import(image, table + i * sizeof(struct kml_import), &imports[i], err);
		if (result < 0)
			return result;
	}
	result = read_expected(image, imports, note.import_count, err);
	if (result < 0)
		return result;
	note.imports = take_ptr(imports);
	*ret = note;
	return 1;
}

void note_free(struct note *note)
{
	free(note->imports);
	*note = (struct note){};
}
