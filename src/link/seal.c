// SPDX-License-Identifier: GPL-2.0-or-later
#include "seal.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "helper_names.h"
#include "image/note.h"

#include <errno.h>
#include <fcntl.h>

#define OUTPUT_SIZE_MAX ((size_t)4 << 30)

static int check_type(const struct image *image, const char *name, struct kml_err *err)
{
	bool starts = false, has_preinit = false;

	for (size_t i = 0; i < image->segment_count; i++)
		starts |= image->segments[i].p_type == PT_LOAD &&
			image->header.e_entry >= image->segments[i].p_vaddr &&
			image->header.e_entry - image->segments[i].p_vaddr < image->segments[i].p_memsz;
	for (size_t i = 1; i < image->section_count; i++)
		has_preinit |= image->sections[i].sh_type == SHT_PREINIT_ARRAY;
	if ((image->header.e_type != ET_EXEC && image->header.e_type != ET_DYN) || !starts || !has_preinit)
		return err_set(err, EINVAL, "%s: the linker made no program that the binder could start in: do not use "
			"-shared, -r, -nostartfiles or a linker script of your own", name);
	return 0;
}

static int write_fixups(int fd, const struct image *image, const struct note *note, const char *name,
	struct kml_err *err)
{
	size_t index = image_section_find(image, SECTION_FIXUPS);
	struct kml_note header = note->header;
	const GElf_Shdr *section;
	int64_t distance;

	if (!index)
		return 0;
	section = &image->sections[index];
	distance = (int64_t)(section->sh_addr - (note->address + offsetof(struct kml_note, fixups)));
	if (section->sh_size % sizeof(struct kml_fixup) != 0 || distance != (int32_t)distance ||
			!image_at_address(image, section->sh_addr, section->sh_size))
		return err_set(err, EINVAL, "%s: the linker put section " SECTION_FIXUPS " where it is of no use",
			name);
	header.fixups = distance;
	header.fixup_count = section->sh_size / sizeof(struct kml_fixup);
	if (pwrite(fd, &header, sizeof(header), note->offset) != sizeof(header))
		return err_errno(err, "%s: cannot write", name);
	return 0;
}

int seal_output(const char *path, const char *name, size_t import_count, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
	_cleanup_(image_close) struct image image = {};
	_cleanup_(note_free) struct note note = {};
	int result;

	if (fd < 0)
		return err_errno(err, "%s: the linker left no output", name);
	result = image_open(path, name, OUTPUT_SIZE_MAX, &image, err);
	if (result == 0)
		result = check_type(&image, name, err);
	if (result == 0)
		result = note_read(&image, &note, err);
	if (result < 0)
		return result;
	if (result == 0 || note.import_count != import_count)
		return err_set(err, EINVAL, "%s: the linker dropped the KML note or put it out of reach", name);
	result = write_fixups(fd, &image, &note, name, err);
	if (result < 0)
		return result;
	if (fsync(fd) < 0)
		return err_errno(err, "%s: cannot write to disk", name);
	return 0;
}
