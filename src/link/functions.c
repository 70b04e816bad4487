// SPDX-License-Identifier: GPL-2.0-or-later
#include "functions.h"

#include "program.h"
#include "thunk.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

/* Of those that begin at one address, the last is the one to be told: it has a name, and one for users rather than _inner. */
static int compare(const void *one, const void *other)
{
	const struct function *first = one, *second = other;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	if (!first->name || !second->name)
		return !!first->name - !!second->name;
	if (strspn(first->name, "_") != strspn(second->name, "_"))
		return strspn(first->name, "_") < strspn(second->name, "_") ? 1 : -1;
	return strcmp(second->name, first->name);
}

static void add_symbols(struct functions *functions, const struct symbols *symbols)
{
	/* The address of Thumb code is odd. */
	const uint64_t mask = functions->program->image.header.e_machine == EM_ARM ? ~(uint64_t)1 : ~(uint64_t)0;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);

		if (symbol.st_shndx != SHN_UNDEF && (GELF_ST_TYPE(symbol.st_info) == STT_FUNC ||
				GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC))
			functions->list[functions->count++] = (struct function){ symbol.st_value & mask, symbol.st_size,
				*name ? name : NULL };
	}
}

static void add_sections(struct functions *functions)
{
	const struct image *image = &functions->program->image;

	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_flags & SHF_EXECINSTR)
			functions->list[functions->count++].start = image->sections[i].sh_addr;
}

/*
 * The index of call frames, which unwinders search: where each of them begins,
 * relative to the index (Linux Standard Base, Core, 10.6.2).
 */
struct frame_index {
	uint8_t version, frames_encoding, count_encoding, table_encoding;
	int32_t frames;
	uint32_t count;
	struct frame_index_entry {
		int32_t start, description;
	} __attribute__((packed)) entries[];
} __attribute__((packed));

/* The one that this reads: every linker makes it so. NULL if there is none. */
static const struct frame_index *find_frame_index(const struct image *image, uint64_t *ret_address)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];
		const struct frame_index *index;

		if (segment->p_type != PT_GNU_EH_FRAME || segment->p_filesz < sizeof(*index))
			continue;
		index = image_at_address(image, segment->p_vaddr, segment->p_filesz);
		*ret_address = segment->p_vaddr;
		if (index && index->version == 1 && index->count_encoding == DW_EH_PE_udata4 &&
				(index->frames_encoding & 0x0f) == DW_EH_PE_sdata4 &&
				index->table_encoding == (DW_EH_PE_datarel | DW_EH_PE_sdata4) &&
				index->count <= (segment->p_filesz - sizeof(*index)) / sizeof(index->entries[0]))
			return index;
	}
	return NULL;
}

static void add_frames(struct functions *functions, const struct frame_index *index, uint64_t address)
{
	for (size_t i = 0; i < index->count; i++)
		functions->list[functions->count++].start = address + index->entries[i].start;
}

static struct functions *find(const struct program *program, bool all)
{
	struct functions *functions = calloc(1, sizeof(*functions));
	uint64_t address;
	const struct frame_index *index = all ? find_frame_index(&program->image, &address) : NULL;

	if (functions)
		functions->list = calloc(program->symbols.count + program->dynamic_symbols.count + program->image.section_count +
			(index ? index->count : 0) + 1, sizeof(*functions->list));
	if (!functions || !functions->list) {
		free(functions);
		return NULL;
	}
	functions->program = program;
	add_symbols(functions, &program->symbols);
	if (all)
		add_symbols(functions, &program->dynamic_symbols);
	if (index)
		add_frames(functions, index, address);
	add_sections(functions);
	qsort(functions->list, functions->count, sizeof(*functions->list), compare);
	return functions;
}

void *functions_map(const struct program *program)
{
	return find(program, false);
}

struct functions *functions_find_all(const struct program *program)
{
	return find(program, true);
}

void functions_free(void *map)
{
	struct functions *functions = map;

	if (functions)
		free(functions->list);
	free(functions);
}

const struct function *functions_around(const struct functions *functions, uint64_t address, uint64_t *ret_end)
{
	size_t low = 0, high = functions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (functions->list[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_end = low < functions->count ? functions->list[low].start : UINT64_MAX;
	return low ? &functions->list[low - 1] : NULL;
}

/* Sets at and end around the byte; false if nothing begins before it. */
static bool find_start(struct functions *functions, uint64_t byte)
{
	const struct function *function = functions_around(functions, byte, &functions->end);

	if (function)
		functions->at = function->start;
	return function;
}

bool functions_find(struct functions *functions, uint64_t byte, struct instruction_place *ret)
{
	const GElf_Shdr *section = program_code_section(functions->program, byte);
	const unsigned char *code;

	if (!section)
		return false;
	if ((byte < functions->at || byte >= functions->end || functions->at < section->sh_addr) &&
			!find_start(functions, byte))
		return false;
	if (functions->at < section->sh_addr)
		return false;
	code = program_at(functions->program, section->sh_addr, section->sh_size);
	while (code && functions->at < byte) {
		size_t offset = functions->at - section->sh_addr, room = section->sh_size - offset;
		size_t length = thunk_instruction_length(code + offset, room);

		if (!length)
			return false;
		if (byte < functions->at + length) {
			*ret = (struct instruction_place){ .address = functions->at, .room = room };
			return true;
		}
		functions->at += length;
	}
	return false;
}
