// SPDX-License-Identifier: GPL-2.0-or-later
#include "open_names.h"

#include "choices.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "needed.h"
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "name@VERSION", as ld.bfd writes it, and not a name with a character that is odd. */
static bool is_dynamic_name(const struct program *program, const char *name)
{
	size_t length = strcspn(name, "@");

	for (size_t i = 1; name[length] && i < program->dynamic_symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&program->dynamic_symbols, i);
		const char *other = symbol_name(&program->dynamic_symbols, &symbol);

		if (strncmp(other, name, length) == 0 && !other[length])
			return true;
	}
	return false;
}

/* A version says which library it is from; ld.bfd writes it into the name. */
static bool has_version(const struct program *program, const struct symbols *symbols, size_t number, const char *name)
{
	enum { HIDDEN_BIT = 0x8000, FIRST_VERSION = 2 };
	uint16_t version;

	if (symbols != &program->dynamic_symbols || !program->versions)
		return is_dynamic_name(program, name);
	memcpy(&version, program->image.bytes + program->versions + number * sizeof(version), sizeof(version));
	return (version & ~HIDDEN_BIT) >= FIRST_VERSION;
}

/* Linkers have replaced the calls of it by something better, and forgotten the name. */
static bool is_left_over(const char *name)
{
	return strcmp(name, "__tls_get_addr") == 0;
}

static void mark_used(const struct program *program, const struct relocation_table *table, size_t symbol_count, bool *used)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t number = ELF64_R_SYM(program_relocation(program, table, i).r_info);

		if (number < symbol_count)
			used[number] = true;
	}
}

/* What relocations refer to, by the numbers of symbols; all are used if the linker has not kept the relocations. */
static bool *list_used(const struct program *program, const struct symbols *symbols)
{
	bool *used = calloc(symbols->count + 1, sizeof(*used));

	if (!used)
		return NULL;
	if (!program->kept_count) {
		memset(used, true, symbols->count);
	} else if (symbols == &program->dynamic_symbols) {
		mark_used(program, &program->relocations, symbols->count, used);
		mark_used(program, &program->plt_relocations, symbols->count, used);
	} else {
		for (size_t i = 0; i < program->kept_count; i++)
			mark_used(program, &program->kept[i], symbols->count, used);
	}
	return used;
}

static int collect(const struct program *program, const struct symbols *symbols, unsigned int binding,
	const struct choices *choices, struct open_names *ret)
{
	_cleanup_free_ bool *used = list_used(program, symbols);

	if (!used)
		return -ENOMEM;
	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);

		if (symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) != binding || !*name ||
				is_left_over(name) ||
				(has_version(program, symbols, i, name) &&
				(strchr(name, '@') || !choices_import(choices, name))))
			continue;
		if (names_add(used[i] ? &ret->names : &ret->unused, name) == NAMES_NONE)
			return -ENOMEM;
	}
	return 0;
}

/* When programs are optimized as a whole, what an object named is left undefined beside its definition. */
bool open_names_forgotten(const struct program *program, const struct open_names *open, size_t number)
{
	const char *name = open->unused.list[number];

	for (size_t i = 1; i < program->symbols.count; i++) {
		const GElf_Sym symbol = symbol_at(&program->symbols, i);

		if (symbol.st_shndx != SHN_UNDEF && strcmp(symbol_name(&program->symbols, &symbol), name) == 0)
			return false;
	}
	return names_find(&open->names, name) == NAMES_NONE;
}

/* Names that are weak in nearly every program, by the compiler's own start-up code. */
static bool is_of_compiler(const char *name)
{
	return strncmp(name, "_ITM_", 5) == 0 || strcmp(name, "__gmon_start__") == 0 || strcmp(name, "__FRAME_END__") == 0 ||
		strcmp(name, "_PROCEDURE_LINKAGE_TABLE_") == 0;
}

static bool is_made_by_mold(const struct image *image)
{
	size_t index = image_section_find(image, ".comment");
	const Elf_Data *data = index ? image_section_data(image, index) : NULL;

	return data && data->d_buf && memmem(data->d_buf, data->d_size, "mold ", 5);
}

bool open_names_unclear(const struct open_names *open, size_t number)
{
	return open->weak[number] && !open->defined[number] && !is_of_compiler(open->names.list[number]);
}

int open_names_collect(const struct program *program, const struct choices *choices, struct open_names *ret,
	struct kml_err *err)
{
	struct open_names open = {};
	int result = 0, collected = collect(program, &program->dynamic_symbols, STB_GLOBAL, choices, &open);
	size_t certain;

	if (collected == 0)
		collected = collect(program, &program->symbols, STB_GLOBAL, choices, &open);
	certain = open.names.count;
	if (collected == 0 && is_made_by_mold(&program->image))
		collected = collect(program, &program->symbols, STB_LOCAL, choices, &open);
	open.defined = calloc(open.names.count + 1, sizeof(*open.defined));
	open.weak = calloc(open.names.count + 1, sizeof(*open.weak));
	if (collected < 0 || !open.defined || !open.weak)
		result = err_set(err, ENOMEM, "out of memory");
	for (size_t i = certain; result == 0 && i < open.names.count; i++)
		open.weak[i] = true;
	if (result == 0 && open.names.count)
		result = needed_define(program, &open.names, open.defined, err);
	if (result < 0) {
		open_names_free(&open);
		return result;
	}
	*ret = open;
	return 0;
}

void open_names_free(struct open_names *open)
{
	names_free(&open->names);
	names_free(&open->unused);
	free(open->defined);
	free(open->weak);
	*open = (struct open_names){};
}
