// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm_map.h"

#include "program.h"

#include <stdlib.h>

/* Where code and data begin; sorted, and one for an address. */
struct map {
	const struct program *program;
	struct mark {
		uint64_t address;
		char kind; /* as in the names of the symbols: 'a', 't' or 'd' */
		bool function;
	} *list;
	size_t count;
};

static int compare(const void *one, const void *other)
{
	const struct mark *first = one, *second = other;

	if (first->address != second->address)
		return first->address < second->address ? -1 : 1;
	/* Data that ends where it begins is before the code. */
	if ((first->kind == 'd') != (second->kind == 'd'))
		return first->kind == 'd' ? 1 : -1;
	return first->function - second->function;
}

/* Marks of other sections, such as debug information, may have the addresses of code. */
static bool is_in_code(const struct program *program, const GElf_Sym *symbol)
{
	const uint64_t code = SHF_ALLOC | SHF_EXECINSTR;

	return symbol->st_shndx < program->image.section_count &&
		(program->image.sections[symbol->st_shndx].sh_flags & code) == code;
}

/* Functions are marks, too: what is between two marks is short then. */
static bool is_mark(const struct program *program, const GElf_Sym *symbol, struct mark *ret)
{
	const char *name = symbol_name(&program->symbols, symbol);

	if (symbol->st_shndx == SHN_UNDEF || !is_in_code(program, symbol))
		return false;
	if (name[0] == '$' && name[1] && strchr("atd", name[1]) && (!name[2] || name[2] == '.'))
		*ret = (struct mark){ symbol->st_value, name[1], false };
	else if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC)
		*ret = (struct mark){ symbol->st_value & ~(uint64_t)1, symbol->st_value & 1 ? 't' : 'a', true };
	else
		return false;
	return true;
}

void *arm_map_make(const struct program *program)
{
	const struct symbols *symbols = &program->symbols;
	struct map *map = calloc(1, sizeof(*map));
	size_t count = 0;

	if (!map || !(map->list = calloc(symbols->count + 1, sizeof(*map->list)))) {
		free(map);
		return NULL;
	}
	map->program = program;
	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);

		count += is_mark(program, &symbol, &map->list[count]);
	}
	qsort(map->list, count, sizeof(*map->list), compare);
	for (size_t i = 0; i < count; i++)
		if (!map->count || map->list[i].address != map->list[map->count - 1].address)
			map->list[map->count++] = map->list[i];
	return map;
}

void arm_map_free(void *made)
{
	struct map *map = made;

	if (map)
		free(map->list);
	free(map);
}

bool arm_map_is_empty(const void *made)
{
	const struct map *map = made;

	return map->count == 0;
}

/* The last mark that is not behind the address, or the first one. */
static size_t mark_before(const struct map *map, uint64_t address)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

/* False if there is data, or nothing. */
static bool run_at(const struct map *map, size_t number, struct arm_run *ret)
{
	const struct mark *mark = &map->list[number];
	const GElf_Shdr *section = mark->kind == 'd' ? NULL : program_code_section(map->program, mark->address);
	uint64_t end;

	if (!section || mark->address % (mark->kind == 't' ? 2 : 4))
		return false;
	end = section->sh_addr + section->sh_size;
	if (number + 1 < map->count && map->list[number + 1].address < end)
		end = map->list[number + 1].address;
	*ret = (struct arm_run){ .start = mark->address, .end = end, .thumb = mark->kind == 't',
		.code = image_at_address(&map->program->image, mark->address, end - mark->address) };
	return ret->code;
}

int arm_map_visit(const void *made, uint64_t from, uint64_t to, visit_arm_run *visit, void *context)
{
	const struct map *map = made;
	int result = 0;

	for (size_t i = mark_before(map, from); result == 0 && i < map->count && map->list[i].address <= to; i++) {
		struct arm_run run;

		if (run_at(map, i, &run) && run.end > from)
			result = visit(&run, context);
	}
	return result;
}
