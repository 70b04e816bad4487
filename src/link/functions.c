// SPDX-License-Identifier: GPL-2.0-or-later
#include "functions.h"

#include "program.h"
#include "thunk.h"

#include <stdlib.h>

static int compare(const void *one, const void *other)
{
	uint64_t first = *(const uint64_t *)one, second = *(const uint64_t *)other;

	return first < second ? -1 : first > second;
}

void *functions_map(const struct program *program)
{
	const struct symbols *symbols = &program->symbols;
	struct functions *functions = calloc(1, sizeof(*functions));

	if (functions)
		functions->starts = calloc(symbols->count + program->image.section_count + 1, sizeof(*functions->starts));
	if (!functions || !functions->starts) {
		free(functions);
		return NULL;
	}
	functions->program = program;
	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		if (symbol.st_shndx != SHN_UNDEF && (GELF_ST_TYPE(symbol.st_info) == STT_FUNC ||
				GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC))
			functions->starts[functions->count++] = symbol.st_value;
	}
	for (size_t i = 1; i < program->image.section_count; i++)
		if (program->image.sections[i].sh_flags & SHF_EXECINSTR)
			functions->starts[functions->count++] = program->image.sections[i].sh_addr;
	qsort(functions->starts, functions->count, sizeof(*functions->starts), compare);
	return functions;
}

void functions_free(void *map)
{
	struct functions *functions = map;

	if (functions)
		free(functions->starts);
	free(functions);
}

/* Sets at and end around the byte; false if nothing begins before it. */
static bool find_start(struct functions *functions, uint64_t byte)
{
	size_t low = 0, high = functions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (functions->starts[middle] <= byte)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	functions->at = functions->starts[low - 1];
	functions->end = low < functions->count ? functions->starts[low] : UINT64_MAX;
	return true;
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
