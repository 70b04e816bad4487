// SPDX-License-Identifier: GPL-2.0-or-later
#include "segment.h"

#include "arch.h"
#include "binder.h"
#include "common/err.h"
#include "linked.h"
#include "start/places.h"

#include <kml/program.h>

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORD = 8 };

static size_t number_of(const struct segment *segment, const struct import *import)
{
	return import - segment->imports->list;
}

/* Two gates come first. */
uint64_t segment_slot(const struct segment *segment, const struct import *import)
{
	return segment->slots + WORD * (2 + number_of(segment, import));
}

uint64_t segment_spare(const struct segment *segment)
{
	return segment->slots + WORD * (2 + segment->imports->count);
}

uint64_t segment_call_gate(const struct segment *segment)
{
	return segment->slots;
}

uint64_t segment_system_call_gate(const struct segment *segment)
{
	return segment->slots + WORD;
}

uint64_t segment_slots_size(const struct imports *imports)
{
	return WORD * (3 + imports->count);
}

uint64_t segment_stub(const struct segment *segment, const struct import *import)
{
	return segment->address + (segment->stubs ? segment->stubs[number_of(segment, import)] : 0);
}

size_t segment_stub_size(const struct segment *segment, const struct import *import)
{
	return segment->arch->linked->stub_size(import);
}

void segment_set_distance(struct segment *segment, size_t offset, uint64_t target, int64_t addend)
{
	int32_t distance = (int32_t)(target - (segment->address + offset) + addend);

	if (!segment->bytes.failed)
		memcpy(segment->bytes.bytes + offset, &distance, sizeof(distance));
}

void segment_begin(struct segment *segment, const struct link_arch *arch, const struct imports *imports, uint64_t address,
	uint64_t slots)
{
	const struct linked_arch *linked = arch->linked;

	*segment = (struct segment){ .arch = arch, .imports = imports, .address = address, .slots = slots };
	segment->stubs = calloc(imports->count + 1, sizeof(*segment->stubs));
	segment->bytes.failed = !segment->stubs;
	for (size_t i = 0; segment->stubs && i < imports->count; i++) {
		segment->stubs[i] = segment->bytes.size + linked->before_stub;
		linked->add_stub(segment, &imports->list[i]);
	}
	segment->stubs_size = segment->bytes.size;
}

uint64_t segment_add_code(struct segment *segment, const void *code, size_t size)
{
	return segment->address + buffer_add(&segment->bytes, code, size);
}

/* Until the table has its place, the distances are counted from its start at address 0. */
void segment_add_fixup(struct segment *segment, uint64_t place, const struct import *import, int64_t addend)
{
	size_t at = segment->fixups.size;
	struct kml_fixup fixup = { .addend = addend };

	fixup.place = (kml_s32)(place - segment->address - (at + offsetof(struct kml_fixup, place)));
	fixup.slot = (kml_s32)(segment_slot(segment, import) - segment->address - (at + offsetof(struct kml_fixup, slot)));
	buffer_add(&segment->fixups, &fixup, sizeof(fixup));
}

void segment_add_pointer(struct segment *segment, uint64_t place, uint64_t target)
{
	size_t at = segment->pointers.size;
	struct kml_pointer pointer;

	pointer.place = (kml_s32)(place - segment->address - (at + offsetof(struct kml_pointer, place)));
	pointer.target = (kml_s32)(target - segment->address - (at + offsetof(struct kml_pointer, target)));
	buffer_add(&segment->pointers, &pointer, sizeof(pointer));
}

/* Both kinds of tables begin their entries with two distances. Returns where the table is in the segment. */
static size_t place_table(struct segment *segment, const struct buffer *table, size_t entry_size)
{
	size_t at = buffer_align(&segment->bytes, 8);

	buffer_add(&segment->bytes, table->bytes, table->size);
	for (size_t i = 0; !segment->bytes.failed && i < table->size; i += entry_size)
		for (size_t field = 0; field < 8; field += 4) {
			uint32_t distance;

			memcpy(&distance, segment->bytes.bytes + at + i + field, 4);
			distance -= (uint32_t)at;
			memcpy(segment->bytes.bytes + at + i + field, &distance, 4);
		}
	return at;
}

static size_t add_imports(struct segment *segment)
{
	const struct imports *imports = segment->imports;
	size_t table = buffer_align(&segment->bytes, 8);

	buffer_add(&segment->bytes, NULL, imports->count * sizeof(struct kml_import));
	for (size_t i = 0; i < imports->count && !segment->bytes.failed; i++) {
		const struct import *import = &imports->list[i];
		size_t entry = table + i * sizeof(struct kml_import);
		size_t name = buffer_add_string(&segment->bytes, import->kernel_name);
		kml_u32 words[] = { import->kind | import->binding << 8, import->number };

		if (segment->bytes.failed)
			break;
		segment_set_distance(segment, entry, segment->address + name, 0);
		if (import->kind != KML_KIND_SYSCALL)
			segment_set_distance(segment, entry + offsetof(struct kml_import, slot), segment_slot(segment, import),
				0);
		memcpy(segment->bytes.bytes + entry + offsetof(struct kml_import, kind_binding), words, sizeof(words));
	}
	return table;
}

/* Returns where the descriptor of the second note is. */
static size_t add_expected(struct segment *segment)
{
	const struct imports *imports = segment->imports;
	const Elf64_Nhdr header = { .n_namesz = sizeof(KML_NOTE_NAME),
		.n_descsz = imports->count * sizeof(struct kml_expected), .n_type = KML_NOTE_TYPE_EXPECTED };
	size_t descriptor;

	buffer_add(&segment->bytes, &header, sizeof(header));
	descriptor = buffer_add(&segment->bytes, KML_NOTE_NAME, sizeof(KML_NOTE_NAME)) + sizeof(KML_NOTE_NAME);
	for (size_t i = 0; i < imports->count; i++) {
		struct kml_expected expected = { imports->list[i].fixed_address, imports->list[i].type };

		buffer_add(&segment->bytes, &expected, sizeof(expected));
	}
	segment->note_size = segment->bytes.size - segment->note;
	return descriptor;
}

/* Returns where the descriptor is. */
static size_t add_note(struct segment *segment, const struct segment_end *end, size_t imports, size_t fixups)
{
	static const Elf64_Nhdr header = { .n_namesz = sizeof(KML_NOTE_NAME), .n_descsz = sizeof(struct kml_note),
		.n_type = KML_NOTE_TYPE };
	struct kml_note note = { .abi_version = KML_ABI_VERSION, .flags = imports_note_flags(segment->imports),
		.import_count = segment->imports->count,
		.fixup_count = segment->fixups.size / sizeof(struct kml_fixup) };
	size_t descriptor;

	segment->note = buffer_add(&segment->bytes, &header, sizeof(header));
	buffer_add(&segment->bytes, KML_NOTE_NAME, sizeof(KML_NOTE_NAME));
	memcpy(note.build_id, end->build_id, KML_BUILD_ID_SIZE);
	descriptor = buffer_add(&segment->bytes, &note, sizeof(note));
	segment_set_distance(segment, descriptor + offsetof(struct kml_note, imports), segment->address + imports, 0);
	if (note.fixup_count)
		segment_set_distance(segment, descriptor + offsetof(struct kml_note, fixups), segment->address + fixups, 0);
	return descriptor;
}

static void set_pages(struct kml_pages *pages, const struct segment_pages *from)
{
	pages->size = from->size;
	pages->protection = (from->flags & PF_R ? PROT_READ : 0) | (from->flags & PF_W ? PROT_WRITE : 0) |
		(from->flags & PF_X ? PROT_EXEC : 0);
}

static size_t add_places(struct segment *segment, const struct segment_end *end, size_t pointers)
{
	struct kml_places places = { .pointer_count = segment->pointers.size / sizeof(struct kml_pointer) };
	size_t at;

	set_pages(&places.relro, &end->relro);
	set_pages(&places.constants, &end->constants);
	at = buffer_add(&segment->bytes, &places, sizeof(places));
	segment_set_distance(segment, at + offsetof(struct kml_places, relro), end->relro.start, 0);
	segment_set_distance(segment, at + offsetof(struct kml_places, constants), end->constants.start, 0);
	segment_set_distance(segment, at + offsetof(struct kml_places, pointers), segment->address + pointers, 0);
	return at;
}

int segment_finish(struct segment *segment, const struct segment_end *end, struct kml_err *err)
{
	struct binder binder;
	size_t imports, fixups, pointers, places, note, expected;
	int result = binder_add(&binder, end->library, segment, err);

	if (result < 0)
		return result;
	fixups = place_table(segment, &segment->fixups, sizeof(struct kml_fixup));
	pointers = place_table(segment, &segment->pointers, sizeof(struct kml_pointer));
	places = add_places(segment, end, pointers);
	imports = add_imports(segment);
	/* The first of all notes: readers lose their way among notes of different alignment, which some linkers make. */
	buffer_align(&segment->bytes, 8);
	note = add_note(segment, end, imports, fixups);
	expected = add_expected(segment);
	buffer_add(&segment->bytes, end->notes, end->notes_size);
	if (segment->bytes.failed || segment->fixups.failed || segment->pointers.failed) {
		binder_free(&binder);
		return err_set(err, ENOMEM, "out of memory");
	}
	binder_define(&binder, ".kml.note", segment->address + note);
	binder_define(&binder, ".kml.expected", segment->address + expected);
	binder_define(&binder, ".kml.places", segment->address + places);
	binder_define(&binder, ".kml.call_gate", segment_call_gate(segment));
	binder_define(&binder, ".kml.syscall_gate", segment_system_call_gate(segment));
	binder_define(&binder, ".kml.next", end->next ? end->next : binder_symbol(&binder, ".kml.return"));
	segment->entry = binder_symbol(&binder, end->library ? ".kml.library_entry" : ".kml.program_entry");
	result = binder_finish(&binder, segment, err);
	binder_free(&binder);
	return result;
}

void segment_free(struct segment *segment)
{
	buffer_free(&segment->bytes);
	buffer_free(&segment->fixups);
	buffer_free(&segment->pointers);
	free(segment->stubs);
	*segment = (struct segment){};
}
