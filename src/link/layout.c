// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "frames.h"
#include "arch.h"
#include "helper_names.h"
#include "linked.h"
#include "rebind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* NEW_SECTIONS: at most. */
enum { PAGE = 4096, NEW_SECTIONS = 4 };

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) / alignment * alignment;
}

/* The end of what is loaded: in the file. */
static uint64_t loaded_end(const struct program *program)
{
	uint64_t end = program->image.header.e_phoff + program->image.segment_count * program->form->segment;

	for (size_t i = 0; i < program->image.segment_count; i++) {
		const GElf_Phdr *segment = &program->image.segments[i];

		if (segment->p_type == PT_LOAD && segment->p_offset + segment->p_filesz > end)
			end = segment->p_offset + segment->p_filesz;
	}
	return end;
}

static bool is_moved(const struct layout *layout, size_t segment)
{
	for (size_t i = 0; i < layout->moved_count; i++)
		if (layout->moved[i] == segment)
			return true;
	return false;
}

/* Whether a segment names something that can be anywhere in memory. */
static bool can_move(const GElf_Phdr *segment)
{
	return segment->p_filesz == segment->p_memsz && segment->p_filesz < PAGE && (segment->p_type == PT_INTERP ||
		segment->p_type == PT_NOTE || segment->p_type == PT_GNU_PROPERTY);
}

static bool within_moved(const struct program *program, const struct layout *layout, uint64_t offset, uint64_t size)
{
	for (size_t i = 0; i < layout->moved_count; i++) {
		const GElf_Phdr *segment = &program->image.segments[layout->moved[i]];

		if (offset >= segment->p_offset && offset - segment->p_offset <= segment->p_filesz &&
				size <= segment->p_filesz - (offset - segment->p_offset))
			return true;
	}
	return false;
}

static bool is_moved_table(const struct layout *layout, size_t section)
{
	for (size_t i = 0; i < layout->table_count; i++)
		if (layout->tables[i] == section)
			return true;
	return false;
}

/* By which entry of the dynamic section it is found, 0 if it must stay. */
static int64_t table_tag(const struct program *program, size_t section)
{
	static const struct {
		unsigned int type;
		int64_t tag;
	} tables[] = { { SHT_GNU_HASH, DT_GNU_HASH }, { SHT_HASH, DT_HASH }, { SHT_DYNSYM, DT_SYMTAB },
		{ SHT_STRTAB, DT_STRTAB }, { SHT_GNU_versym, DT_VERSYM }, { SHT_GNU_verneed, DT_VERNEED } };
	const GElf_Shdr *header = &program->image.sections[section];
	uint64_t address;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (header->sh_type == tables[i].type && program_dynamic(program, tables[i].tag, &address) &&
				address == header->sh_addr)
			return tables[i].tag;
	return 0;
}

/* Up to where the program headers can grow, with all that moves out of the way. */
static uint64_t room_end(const struct program *program, const struct layout *layout)
{
	const struct image *image = &program->image;
	uint64_t start = image->header.e_phoff + image->segment_count * program->form->segment, end = UINT64_MAX;

	for (size_t i = 1; i < image->section_count; i++) {
		const GElf_Shdr *section = &image->sections[i];

		if (section->sh_offset >= start && section->sh_size && section->sh_type != SHT_NOBITS &&
				section->sh_offset < end && !is_moved_table(layout, i) &&
				!within_moved(program, layout, section->sh_offset, section->sh_size))
			end = section->sh_offset;
	}
	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];

		if (segment->p_offset >= start && segment->p_filesz && segment->p_offset < end && !is_moved(layout, i))
			end = segment->p_offset;
	}
	/* Without sections nobody knows what is there. */
	return image->section_count ? end : start;
}

/* The segment that the headers are in must be able to hold them: nothing of another is in its pages. */
static bool headers_fit(const struct program *program, uint64_t end)
{
	const struct image *image = &program->image;
	const GElf_Phdr *first = NULL;

	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];

		if (segment->p_type != PT_LOAD)
			continue;
		if (!first)
			first = segment;
		else
			return end <= first->p_filesz || (first->p_filesz == first->p_memsz &&
				first->p_vaddr + end <= segment->p_vaddr);
	}
	return first && end <= first->p_filesz;
}

/* What shares bytes with what moves has to move too. */
static void add_overlapping(const struct program *program, struct layout *layout)
{
	for (size_t i = 0; i < layout->moved_count; i++)
		for (size_t j = 0; j < program->image.segment_count; j++) {
			const GElf_Phdr *moved = &program->image.segments[layout->moved[i]];
			const GElf_Phdr *other = &program->image.segments[j];

			if (can_move(other) && !is_moved(layout, j) && other->p_offset < moved->p_offset + moved->p_filesz &&
					moved->p_offset < other->p_offset + other->p_filesz &&
					layout->moved_count < sizeof(layout->moved) / sizeof(layout->moved[0]))
				layout->moved[layout->moved_count++] = j;
		}
}

static bool move_table(const struct program *program, struct layout *layout, uint64_t place)
{
	for (size_t i = 1; i < program->image.section_count; i++)
		if (program->image.sections[i].sh_offset == place && table_tag(program, i) && !is_moved_table(layout, i) &&
				layout->table_count < sizeof(layout->tables) / sizeof(layout->tables[0])) {
			layout->tables[layout->table_count++] = i;
			return true;
		}
	return false;
}

static int find_room(const struct program *program, struct layout *layout, struct kml_err *err)
{
	const struct image *image = &program->image;
	size_t more = layout->note_segment == SIZE_MAX ? 2 : 1;
	uint64_t end = image->header.e_phoff + (image->segment_count + more) * program->form->segment;

	/* Only what is in the way moves, nearest first. */
	while (room_end(program, layout) < end) {
		uint64_t place = room_end(program, layout);
		size_t count = layout->moved_count;

		for (size_t i = 0; i < image->segment_count; i++) {
			const GElf_Phdr *segment = &image->segments[i];

			if (can_move(segment) && !is_moved(layout, i) && segment->p_offset <= place &&
					place - segment->p_offset < segment->p_filesz &&
					layout->moved_count < sizeof(layout->moved) / sizeof(layout->moved[0]))
				layout->moved[layout->moved_count++] = i;
		}
		add_overlapping(program, layout);
		if (layout->moved_count == count && !move_table(program, layout, place))
			return err_set(err, ENOTSUP, "%s: program headers: no room for %zu more, as what is behind them at 0x%"
				PRIx64 " cannot move: link %s, or link the objects with kml-link", program->name, more, place,
				image_section_find(image, ".note.gnu.build-id") ? "with segments as another linker makes them" :
				"with -Wl,--build-id");
	}
	if (!headers_fit(program, end))
		return err_set(err, ENOTSUP, "%s: program headers: no room for %zu more in their segment", program->name,
			more);
	return 0;
}

/* What the dynamic linker makes read-only; a program without one is still writable when the binder runs. */
static void find_relro(const struct program *program, struct layout *layout)
{
	bool interpreter = program->library;

	for (size_t i = 0; i < program->image.segment_count; i++)
		interpreter |= program->image.segments[i].p_type == PT_INTERP;
	for (size_t i = 0; interpreter && i < program->image.segment_count; i++) {
		const GElf_Phdr *segment = &program->image.segments[i];
		uint64_t start = segment->p_vaddr & -(uint64_t)PAGE;
		uint64_t end = (segment->p_vaddr + segment->p_memsz) & -(uint64_t)PAGE;

		if (segment->p_type == PT_GNU_RELRO && end > start && end - start < UINT32_MAX) {
			layout->relro = (struct segment_pages){ start, end - start, PF_R };
		}
	}
}

/* Zeros go behind the last segment, which is that of data in nearly all programs. */
static int find_data_segment(const struct program *program, struct layout *layout, struct kml_err *err)
{
	const GElf_Phdr *last;

	layout->data_segment = SIZE_MAX;
	for (size_t i = 0; i < program->image.segment_count; i++)
		if (program->image.segments[i].p_type == PT_LOAD)
			layout->data_segment = i;
	last = &program->image.segments[layout->data_segment];
	if (!(last->p_flags & PF_W))
		return err_set(err, ENOTSUP, "%s: segment %zu: the last one cannot be written to: the program has no data "
			"at its end", program->name, layout->data_segment);
	layout->slots = align_up(last->p_vaddr + last->p_memsz, 8);
	return 0;
}

/* A run of notes that can take one more: best one whose notes are aligned as the new one. */
static void find_notes(const struct program *program, struct layout *layout)
{
	for (size_t i = 0; i < program->image.segment_count; i++) {
		const GElf_Phdr *segment = &program->image.segments[i];

		if (segment->p_type != PT_NOTE || !can_move(segment) || segment->p_align > 8 ||
				(layout->note_segment != SIZE_MAX && segment->p_align > 4))
			continue;
		if (layout->note_segment != SIZE_MAX &&
				program->image.segments[layout->note_segment].p_align <= 4)
			continue;
		layout->note_segment = i;
	}
	if (layout->note_segment == SIZE_MAX)
		return;
	layout->moved[layout->moved_count++] = layout->note_segment;
	layout->notes = program->image.bytes + program->image.segments[layout->note_segment].p_offset;
	layout->notes_size = program->image.segments[layout->note_segment].p_filesz;
	add_overlapping(program, layout);
}

/* These get longer. */
static void move_rebound_tables(const struct program *program, struct layout *layout)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		int64_t tag = table_tag(program, i);

		if ((tag == DT_STRTAB || tag == DT_VERNEED) && layout->table_count < 2)
			layout->tables[layout->table_count++] = i;
	}
}

int layout_plan(const struct program *program, uint64_t slots_size, const struct rebinding *rebinding, struct layout *ret,
	struct kml_err *err)
{
	struct layout layout = { .note_segment = SIZE_MAX };
	uint64_t end;
	int result = find_data_segment(program, &layout, err);

	if (result < 0)
		return result;
	find_notes(program, &layout);
	if (rebinding->count)
		move_rebound_tables(program, &layout);
	result = find_room(program, &layout, err);
	if (result < 0)
		return result;
	find_relro(program, &layout);
	layout.offset = align_up(loaded_end(program), 16);
	end = align_up(layout.slots + slots_size, PAGE);
	layout.address = end + layout.offset % PAGE;
	if (!program->position_independent && layout.address > INT32_MAX - ((uint64_t)64 << 20))
		return err_set(err, ENOTSUP, "%s: ends at address 0x%" PRIx64 ", too high for more code", program->name, end);
	*ret = layout;
	return 0;
}

/* Sections behind all that is loaded; they need not be where they are. */
static bool can_shift(const GElf_Shdr *section, uint64_t loaded)
{
	return section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL && !(section->sh_flags & SHF_ALLOC) &&
		section->sh_offset >= loaded;
}

struct output {
	struct program *program;
	const struct layout *layout;
	const struct segment *segment;
	const struct rebinding *rebinding;
	Elf64_Shdr *sections;
	size_t section_count;
	struct buffer names, section_names; /* new strings of symbols and of sections */
	struct buffer frames; /* of the stubs */
	size_t frames_section; /* to which they are added; 0 for a new one */
	uint64_t moved_to[8];		    /* addresses of layout->moved */
	struct buffer *file;
};

/* Old number of a segment, and its new address and offset, if it names what moves. */
static bool find_moved(const struct output *output, size_t number, uint64_t *ret)
{
	for (size_t i = 0; i < output->layout->moved_count; i++)
		if (output->layout->moved[i] == number) {
			*ret = output->moved_to[i];
			return true;
		}
	return false;
}

/* A segment that moves and has all of this one's bytes; of two that are the same, the first. Else the number itself. */
static size_t moves_with(const struct program *program, const struct layout *layout, size_t number)
{
	const GElf_Phdr *own = &program->image.segments[layout->moved[number]];

	for (size_t i = 0; i < layout->moved_count; i++) {
		const GElf_Phdr *other = &program->image.segments[layout->moved[i]];

		if (i != number && other->p_offset <= own->p_offset &&
				other->p_offset + other->p_filesz >= own->p_offset + own->p_filesz &&
				(other->p_filesz > own->p_filesz || i < number))
			return i;
	}
	return number;
}

/* Notes stand behind the new one already; the others go behind the segment's bytes. Same bytes move once. */
static void add_moved(struct output *output)
{
	const struct layout *layout = output->layout;

	for (size_t i = 0; i < layout->moved_count; i++) {
		const GElf_Phdr *segment = &output->program->image.segments[layout->moved[i]];

		if (layout->moved[i] == layout->note_segment)
			output->moved_to[i] = layout->address + output->segment->note + output->segment->note_size;
		if (layout->moved[i] == layout->note_segment || moves_with(output->program, layout, i) != i)
			continue;
		while ((output->file->size - layout->offset + layout->address) %
				(segment->p_align && segment->p_align <= 16 ? segment->p_align : 1))
			buffer_add(output->file, NULL, 1);
		output->moved_to[i] = layout->address + output->file->size - layout->offset;
		buffer_add(output->file, output->program->image.bytes + segment->p_offset, segment->p_filesz);
	}
	for (size_t i = 0; i < layout->moved_count; i++) {
		size_t with = i;

		/* Each step leads to a larger one, or to one before. */
		while (layout->moved[with] != layout->note_segment && moves_with(output->program, layout, with) != with)
			with = moves_with(output->program, layout, with);
		if (with != i)
			output->moved_to[i] = output->moved_to[with] +
				output->program->image.segments[layout->moved[i]].p_offset -
				output->program->image.segments[layout->moved[with]].p_offset;
	}
	if (output->file->failed)
		return;
	/* What had been there is not part of anything. */
	for (size_t i = 0; i < layout->moved_count; i++) {
		const GElf_Phdr *segment = &output->program->image.segments[layout->moved[i]];

		memset(output->file->bytes + segment->p_offset, 0, segment->p_filesz);
	}
}

static void put(struct buffer *file, uint64_t offset, const void *bytes, size_t size)
{
	if (!file->failed)
		memcpy(file->bytes + offset, bytes, size);
}

/* The new form of a table, or NULL if it only moves. */
static const struct buffer *replace_table(struct output *output, size_t number)
{
	const struct rebinding *rebinding = output->rebinding;

	if (!rebinding->count)
		return NULL;
	switch (table_tag(output->program, number)) {
	case DT_STRTAB:
		program_set_dynamic(output->program, DT_STRSZ, rebinding->strings.size);
		return &rebinding->strings;
	case DT_VERNEED:
		program_set_dynamic(output->program, DT_VERNEEDNUM, rebinding->file_count);
		output->sections[number].sh_info = rebinding->file_count;
		return &rebinding->versions;
	}
	return NULL;
}

static void add_tables(struct output *output)
{
	struct program *program = output->program;

	for (size_t i = 0; i < output->layout->table_count; i++) {
		size_t number = output->layout->tables[i];
		GElf_Shdr *section = &program->image.sections[number];
		const struct buffer *instead = replace_table(output, number);
		uint64_t offset = buffer_align(output->file, 8);
		int64_t tag = table_tag(program, number);

		if (instead)
			buffer_add(output->file, instead->bytes, instead->size);
		else
			buffer_add(output->file, program->bytes + section->sh_offset, section->sh_size);
		if (output->file->failed)
			return;
		memset(output->file->bytes + section->sh_offset, 0, section->sh_size);
		output->sections[number].sh_offset = offset;
		output->sections[number].sh_addr = offset - output->layout->offset + output->layout->address;
		if (instead)
			output->sections[number].sh_size = instead->size;
		program_set_dynamic(program, tag, output->sections[number].sh_addr);
	}
	put(output->file, program->dynamic, program->bytes + program->dynamic,
		program->dynamic_count * program->form->dynamic);
}

static void set_place(Elf64_Phdr *segment, uint64_t address, uint64_t offset)
{
	segment->p_paddr += address - segment->p_vaddr;
	segment->p_vaddr = address;
	segment->p_offset = offset;
}

static Elf64_Phdr changed_segment(const struct output *output, size_t number, size_t count, uint64_t segments_end)
{
	const struct layout *layout = output->layout;
	GElf_Phdr segment = output->program->image.segments[number];
	uint64_t place;

	if (find_moved(output, number, &place))
		set_place(&segment, place, place - layout->address + layout->offset);
	if (number == layout->note_segment) {
		set_place(&segment, layout->address + output->segment->note, layout->offset + output->segment->note);
		segment.p_filesz = segment.p_memsz = output->segment->note_size + layout->notes_size;
	}
	if (number == layout->data_segment)
		segment.p_memsz = layout->slots + segment_slots_size(output->segment->imports) - segment.p_vaddr;
	if (segment.p_type == PT_PHDR)
		segment.p_filesz = segment.p_memsz = count * output->program->form->segment;
	if (segment.p_type == PT_LOAD && segment.p_offset == 0 && segment.p_filesz < segments_end)
		segment.p_filesz = segment.p_memsz = segments_end;
	return segment;
}

static void put_segment(const struct output *output, uint64_t offset, const Elf64_Phdr *segment)
{
	if (!output->file->failed)
		form_put_segment(output->program->form, output->file->bytes + offset, segment);
}

static void write_segments(const struct output *output, uint64_t segment_end)
{
	const struct layout *layout = output->layout;
	const struct image *image = &output->program->image;
	size_t count = image->segment_count + (layout->note_segment == SIZE_MAX ? 2 : 1);
	size_t size = output->program->form->segment;
	uint64_t at = image->header.e_phoff, end = at + count * size;
	const Elf64_Phdr note = { .p_type = PT_NOTE, .p_flags = PF_R,
		.p_offset = layout->offset + output->segment->note, .p_vaddr = layout->address + output->segment->note,
		.p_paddr = layout->address + output->segment->note, .p_filesz = output->segment->note_size,
		.p_memsz = output->segment->note_size, .p_align = 4 };
	const Elf64_Phdr load = { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = layout->offset,
		.p_vaddr = layout->address, .p_paddr = layout->address, .p_filesz = segment_end - layout->offset,
		.p_memsz = segment_end - layout->offset, .p_align = PAGE };

	for (size_t i = 0; i < image->segment_count; i++, at += size) {
		Elf64_Phdr segment = changed_segment(output, i, count, end);

		put_segment(output, at, &segment);
		/* Those that are loaded are sorted by address. */
		if (i == layout->data_segment)
			put_segment(output, at += size, &load);
	}
	if (layout->note_segment == SIZE_MAX)
		put_segment(output, at, &note);
}

/* Number and offset in the string table: old strings come first. */
static uint32_t add_name(size_t old_size, struct buffer *names, const char *name)
{
	return old_size + buffer_add_string(names, name);
}

static void add_sections(struct output *output)
{
	const struct layout *layout = output->layout;
	const struct segment *segment = output->segment;
	size_t names = output->sections[output->program->image.section_names].sh_size;
	Elf64_Shdr *sections = output->sections + output->program->image.section_count;
	uint64_t note = segment->note;

	sections[0] = (Elf64_Shdr){ .sh_name = add_name(names, &output->section_names, SECTION_THUNKS),
		.sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR, .sh_addr = layout->address,
		.sh_offset = layout->offset, .sh_size = note, .sh_addralign = 16 };
	sections[1] = (Elf64_Shdr){ .sh_name = add_name(names, &output->section_names, SECTION_NOTE),
		.sh_type = SHT_NOTE, .sh_flags = SHF_ALLOC, .sh_addr = layout->address + note,
		.sh_offset = layout->offset + note, .sh_size = segment->note_size, .sh_addralign = 4 };
	sections[2] = (Elf64_Shdr){ .sh_name = add_name(names, &output->section_names, ".bss.kml"),
		.sh_type = SHT_NOBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_addr = layout->slots,
		.sh_offset = output->program->image.segments[layout->data_segment].p_offset +
			output->program->image.segments[layout->data_segment].p_filesz,
		.sh_size = segment_slots_size(segment->imports), .sh_addralign = 8 };
}

/* Only for programs that are made to be debugged: others are not to grow for it. */
static void make_frames(struct output *output, uint64_t loaded)
{
	const struct image *image = &output->program->image;
	size_t old = image_section_find(image, SECTION_FRAMES);
	uint64_t base = 0;

	if (!output->program->arch->linked->has_frames)
		return;
	if (old && can_shift(&image->sections[old], loaded) && image->sections[old].sh_type == SHT_PROGBITS &&
			!(image->sections[old].sh_flags & SHF_COMPRESSED)) {
		output->frames_section = old;
		base = image->sections[old].sh_size;
	}
	/* Two of them would be one too many; nor can what is compressed get longer. */
	if ((!old && image_section_find(image, ".debug_info")) || output->frames_section)
		frames_add(&output->frames, base, output->layout->address, output->segment->stubs_size);
}

/* Returns how many there are now. */
static size_t add_frames(struct output *output)
{
	size_t count = output->program->image.section_count + NEW_SECTIONS - 1;
	size_t names = output->sections[output->program->image.section_names].sh_size;
	Elf64_Shdr *section = &output->sections[count];

	if (output->frames_section || !output->frames.size)
		return count;
	buffer_align(output->file, 8);
	*section = (Elf64_Shdr){ .sh_name = add_name(names, &output->section_names, SECTION_FRAMES),
		.sh_type = SHT_PROGBITS, .sh_size = output->frames.size, .sh_addralign = 8 };
	section->sh_offset = buffer_add(output->file, output->frames.bytes, output->frames.size);
	return count + 1;
}

static void move_sections(struct output *output)
{
	const struct image *image = &output->program->image;

	for (size_t i = 1; i < image->section_count; i++)
		for (size_t j = 0; j < output->layout->moved_count; j++) {
			const GElf_Phdr *segment = &image->segments[output->layout->moved[j]];
			Elf64_Shdr *section = &output->sections[i];

			if (!(section->sh_flags & SHF_ALLOC) || section->sh_type == SHT_NOBITS || !section->sh_size ||
					image->sections[i].sh_addr < segment->p_vaddr ||
					image->sections[i].sh_addr - segment->p_vaddr >= segment->p_filesz)
				continue;
			section->sh_addr = output->moved_to[j] + image->sections[i].sh_addr - segment->p_vaddr;
			section->sh_offset = section->sh_addr - output->layout->address + output->layout->offset;
			break;
		}
}

/* Symbols in what has moved go with it. */
static void move_symbols(struct output *output)
{
	const struct program *program = output->program;
	const struct symbols *symbols = &program->symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		/* As it is now: change_symbols() was here before. */
		unsigned char *place = program->bytes + program->image.sections[symbols->section].sh_offset +
			i * program->form->symbol;
		GElf_Sym symbol = form_symbol(program->form, place);

		if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= program->image.section_count)
			continue;
		symbol.st_value += output->sections[symbol.st_shndx].sh_addr -
			program->image.sections[symbol.st_shndx].sh_addr;
		form_put_symbol(program->form, place, &symbol);
	}
}

/* ld.bfd writes versions into names: "time@GLIBC_2.2.5". */
static void rename_rebound(struct output *output, GElf_Sym *symbol, const char *name)
{
	const char *at = strchr(name, '@');
	_cleanup_free_ char *base = at ? strndup(name, at - name) : NULL;
	const char *version = base ? rebinding_version(output->rebinding, base) : NULL;

	if (!version)
		return;
	symbol->st_name = output->program->symbols.strings_size + output->names.size;
	buffer_add(&output->names, base, strlen(base));
	buffer_add(&output->names, "@", 1);
	buffer_add_string(&output->names, version);
}

/* A name that was open now stands for its stub or slot. */
static void change_symbols(struct output *output)
{
	struct symbols *symbols = &output->program->symbols;
	const struct segment *segment = output->segment;
	uint64_t table;

	if (!symbols->count)
		return;
	table = output->program->image.sections[symbols->section].sh_offset;
	for (size_t i = 1; i < symbols->count; i++) {
		GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);
		const struct import *import = symbol.st_shndx == SHN_UNDEF ? import_find(segment->imports, name) : NULL;

		if (!import) {
			if (symbol.st_shndx != SHN_UNDEF)
				continue;
			rename_rebound(output, &symbol, name);
		} else if (import->kind == KML_KIND_DATA) {
			symbol.st_name = symbols->strings_size +
				buffer_add(&output->names, HELPER_SLOT, strlen(HELPER_SLOT));
			buffer_add_string(&output->names, name);
			symbol.st_info = ELF64_ST_INFO(ELF64_ST_BIND(symbol.st_info), STT_NOTYPE);
			symbol.st_other = STV_HIDDEN;
			symbol.st_shndx = output->program->image.section_count + 2;
			symbol.st_value = segment_slot(segment, import);
			symbol.st_size = 0;
		} else {
			symbol.st_info = ELF64_ST_INFO(ELF64_ST_BIND(symbol.st_info), STT_FUNC);
			symbol.st_other = STV_HIDDEN;
			symbol.st_shndx = output->program->image.section_count;
			symbol.st_value = segment_stub(segment, import);
			symbol.st_size = segment_stub_size(segment, import);
		}
		form_put_symbol(output->program->form, output->program->bytes + table + i * output->program->form->symbol,
			&symbol);
	}
}

/* Nobody has to define it any more. */
static void weaken_dynamic_symbols(struct output *output)
{
	const struct symbols *symbols = &output->program->dynamic_symbols;
	uint64_t table;

	if (!symbols->count)
		return;
	table = output->program->image.sections[symbols->section].sh_offset;
	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_shndx != SHN_UNDEF || !import_find(output->segment->imports, symbol_name(symbols, &symbol)))
			continue;
		symbol.st_info = ELF64_ST_INFO(STB_WEAK, ELF64_ST_TYPE(symbol.st_info));
		form_put_symbol(output->program->form, output->program->bytes + table + i * output->program->form->symbol,
			&symbol);
	}
}

struct shifted {
	uint64_t offset;
	size_t section;
};

static int compare_offsets(const void *one, const void *other)
{
	const struct shifted *first = one, *second = other;

	if (first->offset != second->offset)
		return first->offset < second->offset ? -1 : 1;
	return first->section < second->section ? -1 : first->section > second->section;
}

/* What is not loaded, in the order in which it was in the file. */
static int copy_sections(struct output *output, uint64_t loaded, struct kml_err *err)
{
	const struct program *program = output->program;
	const struct image *image = &program->image;
	_cleanup_free_ struct shifted *list = calloc(image->section_count + 1, sizeof(*list));
	size_t count = 0, limit = output->file->size + 2 * image->size;

	if (!list)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 1; i < image->section_count; i++)
		if (can_shift(&image->sections[i], loaded))
			list[count++] = (struct shifted){ image->sections[i].sh_offset, i };
	qsort(list, count, sizeof(*list), compare_offsets);
	for (size_t i = 0; i < count; i++) {
		size_t number = list[i].section;
		uint64_t alignment = image->sections[number].sh_addralign;

		if (output->file->size + image->sections[number].sh_size > limit)
			return err_set(err, EINVAL, "%s: sections overlap", program->name);
		buffer_align(output->file, alignment && alignment <= PAGE ? alignment : 1);
		output->sections[number].sh_offset = buffer_add(output->file, program->bytes + list[i].offset,
			image->sections[number].sh_size);
		if (program->symbols.count && number == program->symbols.strings_section)
			buffer_add(output->file, output->names.bytes, output->names.size);
		if (output->frames_section && number == output->frames_section)
			buffer_add(output->file, output->frames.bytes, output->frames.size);
		if (number == image->section_names)
			buffer_add(output->file, output->section_names.bytes, output->section_names.size);
		output->sections[number].sh_size = output->file->size - output->sections[number].sh_offset;
	}
	return 0;
}

/* Files may have something behind all that ELF knows of, which their program reads: it stays at the end. */
static void copy_rest(struct output *output, uint64_t loaded)
{
	const struct image *image = &output->program->image;
	uint64_t end = image->header.e_shoff + image->section_count * output->program->form->section;

	end = end < loaded ? loaded : end;
	for (size_t i = 1; i < image->section_count; i++) {
		const GElf_Shdr *section = &image->sections[i];

		if (section->sh_type != SHT_NOBITS && section->sh_offset + section->sh_size > end)
			end = section->sh_offset + section->sh_size;
	}
	if (end < image->size)
		buffer_add(output->file, image->bytes + end, image->size - end);
}

static int check_sections(const struct program *program, uint64_t loaded, struct kml_err *err)
{
	const struct image *image = &program->image;

	if (image->section_count + NEW_SECTIONS >= SHN_LORESERVE)
		return err_set(err, EINVAL, "%s: too many sections", program->name);
	if (image->section_names == 0 || image->section_names >= image->section_count ||
			!can_shift(&image->sections[image->section_names], loaded) ||
			(program->symbols.count && (!can_shift(&image->sections[program->symbols.section], loaded) ||
			!can_shift(&image->sections[program->symbols.strings_section], loaded))))
		return err_set(err, ENOTSUP, "%s: its names of sections, or its symbols, are missing or in memory that is "
			"loaded", program->name);
	if (program->symbols.count && program->symbols.strings_section == image->section_names)
		return err_set(err, ENOTSUP, "%s: has one table of names for sections and symbols", program->name);
	return 0;
}

static void add_section_headers(struct output *output, size_t count)
{
	const struct form *form = output->program->form;

	for (size_t i = 0; i < count; i++) {
		size_t at = buffer_add(output->file, NULL, form->section);

		if (!output->file->failed)
			form_put_section(form, output->file->bytes + at, &output->sections[i]);
	}
}

static void write_headers(struct output *output, uint64_t segment_end, size_t section_count, uint64_t sections_at)
{
	GElf_Ehdr header = output->program->image.header;

	if (!output->program->library)
		header.e_entry = output->segment->entry;
	header.e_phnum = output->program->image.segment_count + (output->layout->note_segment == SIZE_MAX ? 2 : 1);
	header.e_shoff = sections_at;
	header.e_shnum = section_count;
	if (!output->file->failed)
		form_put_header(output->program->form, output->file->bytes, &header);
	write_segments(output, segment_end);
}

static int write_all(struct output *output, struct kml_err *err)
{
	struct program *program = output->program;
	uint64_t loaded = loaded_end(program), segment_end, sections_at;
	size_t count;
	int result;

	change_symbols(output);
	weaken_dynamic_symbols(output);
	buffer_add(output->file, program->bytes, loaded < program->image.size ? loaded : program->image.size);
	buffer_add(output->file, NULL, output->layout->offset - output->file->size);
	buffer_add(output->file, output->segment->bytes.bytes, output->segment->bytes.size);
	if (output->file->failed)
		return err_set(err, ENOMEM, "out of memory");
	add_moved(output);
	add_tables(output);
	segment_end = output->file->size;
	move_sections(output);
	move_symbols(output);
	add_sections(output);
	make_frames(output, loaded);
	/* Before the names of sections are written. */
	count = add_frames(output);
	result = copy_sections(output, loaded, err);
	if (result < 0)
		return result;
	sections_at = buffer_align(output->file, 8);
	add_section_headers(output, count);
	copy_rest(output, loaded);
	if (output->file->failed || output->names.failed || output->section_names.failed || output->frames.failed)
		return err_set(err, ENOMEM, "out of memory");
	write_headers(output, segment_end, count, sections_at);
	return 0;
}

int layout_write(struct program *program, const struct layout *layout, const struct segment *segment,
	const struct rebinding *rebinding, struct buffer *ret, struct kml_err *err)
{
	struct output output = { .program = program, .layout = layout, .segment = segment, .rebinding = rebinding, .file = ret };
	int result = check_sections(program, loaded_end(program), err);

	if (result < 0)
		return result;
	output.sections = calloc(program->image.section_count + NEW_SECTIONS, sizeof(*output.sections));
	if (!output.sections)
		return err_set(err, ENOMEM, "out of memory");
	memcpy(output.sections, program->image.sections, program->image.section_count * sizeof(*output.sections));
	result = write_all(&output, err);
	free(output.sections);
	buffer_free(&output.names);
	buffer_free(&output.section_names);
	buffer_free(&output.frames);
	return result;
}
