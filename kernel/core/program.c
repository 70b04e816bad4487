// SPDX-License-Identifier: GPL-2.0-only
#include <linux/binfmts.h>
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <kml/abi.h>
#include "kml.h"
#include "program.h"

/* A program has a handful of each; whoever has more is not listened to */
#define KML_MAX_PROGRAM_HEADERS	(PAGE_SIZE / sizeof(struct elf_phdr))
#define KML_MAX_NOTES		64

static bool kml_read_file(struct file *file, loff_t position, void *buffer, size_t size)
{
	return position >= 0 && kernel_read(file, buffer, size, &position) == size;
}

struct kml_note_in_file {
	struct elf_note header;
	char name[sizeof(KML_NOTE_NAME)];
	struct kml_note descriptor;
} __packed __aligned(4);

static bool kml_is_our_note(const struct kml_note_in_file *note)
{
	return note->header.n_namesz == sizeof(KML_NOTE_NAME) && note->header.n_descsz >= sizeof(struct kml_note) &&
	       note->header.n_type == KML_NOTE_TYPE && !memcmp(note->name, KML_NOTE_NAME, sizeof(KML_NOTE_NAME)) &&
	       note->descriptor.abi_version == KML_ABI_VERSION;
}

/* The flags of the first KML note of a segment, or 0 */
static u32 kml_note_flags(struct file *file, const struct elf_phdr *segment)
{
	u64 position = 0;
	unsigned int count;

	for (count = 0; count < KML_MAX_NOTES && position < segment->p_filesz; count++) {
		u64 left = segment->p_filesz - position;
		struct kml_note_in_file note = {};

		if (left < sizeof(note.header) ||
		    !kml_read_file(file, segment->p_offset + position, &note, min_t(u64, left, sizeof(note))))
			return 0;
		if (left >= sizeof(note) && kml_is_our_note(&note))
			return note.descriptor.flags;
		position += sizeof(note.header) + ALIGN((u64)note.header.n_namesz, 4) +
			    ALIGN((u64)note.header.n_descsz, 4);
	}
	return 0;
}

/* The kernel makes room behind what a segment has in the file writable, whatever the segment says */
static bool kml_is_executable_memory(const struct elf_phdr *segment)
{
	if (!(segment->p_flags & PF_X))
		return false;
	return segment->p_type == PT_GNU_STACK ||
	       (segment->p_type == PT_LOAD && (segment->p_flags & PF_W || segment->p_memsz > segment->p_filesz));
}

bool kml_read_program(const struct linux_binprm *bprm, struct kml_program_wishes *ret)
{
	const struct elfhdr *header = (const void *)bprm->buf;
	struct elf_phdr *segments;
	unsigned int i;
	bool ok;

	*ret = (struct kml_program_wishes){};
	if (!kml_arch_native_program(bprm) || header->e_phentsize != sizeof(*segments) ||
	    header->e_phnum > KML_MAX_PROGRAM_HEADERS)
		return false;
	segments = kmalloc_array(header->e_phnum, sizeof(*segments), GFP_KERNEL);
	ok = segments && kml_read_file(bprm->file, header->e_phoff, segments, header->e_phnum * sizeof(*segments));
	for (i = 0; ok && i < header->e_phnum; i++) {
		const struct elf_phdr *segment = &segments[i];

		if (segment->p_type == PT_NOTE &&
		    kml_note_flags(bprm->file, segment) & KML_NOTE_EXECUTABLE_MEMORY)
			ret->asks_for_executable_memory = true;
		if (kml_is_executable_memory(segment))
			ret->needs_executable_memory = true;
	}
	kfree(segments);
	return ok;
}
