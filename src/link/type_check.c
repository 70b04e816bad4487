// SPDX-License-Identifier: GPL-2.0-or-later
#include "type_check.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "image/image.h"
#include "imports.h"
#include "kernel.h"
#include "kernel_types.h"
#include "messages.h"
#include "types/compare.h"
#include "types/declared.h"
#include "types/extent.h"
#include "types/hash.h"
#include "types/marks.h"
#include "types/passing.h"
#include "types/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

struct check {
	enum type_policy policy;
	const struct kernel *kernel;
	const struct types *types;
	struct imports *imports;
	struct messages *messages;
	uint64_t *sizes; /* of the imports that are data, in bytes, as far as the image tells them */
	bool failed;
};

/* where: file and place */
__attribute__((format(printf, 3, 4))) static void complain(struct check *check, const char *where, const char *format,
	...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	check->failed = true;
	if (check->policy == TYPE_WARNING)
		messages_warn(check->messages, where, "%s", text ?: "out of memory");
	else
		messages_add(check->messages, "%s: %s", where, text ?: "out of memory");
}

static bool is_import(const char *name, void *imports)
{
	const struct import *import = import_find(imports, name);

	return import && import->kind != KML_KIND_SYSCALL;
}

static enum types_answer find_type(const struct types *types, const struct import *import, struct type *ret)
{
	switch (import->kind) {
	case KML_KIND_FUNCTION:
		return types_function(types, import->kernel_name, ret);
	case KML_KIND_DATA:
		return types_variable(types, import->kernel_name, ret);
	case KML_KIND_SYSCALL:
		break;
	}
	return TYPES_UNKNOWN;
}

static void note_types(struct check *check)
{
	for (size_t i = 0; i < check->imports->count; i++) {
		struct import *import = &check->imports->list[i];
		struct type type;

		if (find_type(check->types, import, &type) == TYPES_KNOWN)
			import->type = hash_type(type);
	}
}

static size_t number_of(const struct check *check, const struct import *import)
{
	return import - check->imports->list;
}

static bool lacks_size(const struct check *check, const struct import *import)
{
	return import->kind == KML_KIND_DATA && !check->sizes[number_of(check, import)];
}

/* One that is the second name of a place, as jiffies is of jiffies_64, has the size of the first. */
static int note_size(const struct kernel_symbol *symbol, void *context)
{
	const struct check *check = context;

	for (size_t i = 0; symbol->size && i < check->imports->count; i++) {
		const struct import *import = &check->imports->list[i];

		if (lacks_size(check, import) && import->address == symbol->value && symbol->class == KERNEL_DATA)
			check->sizes[i] = symbol->size;
	}
	return 0;
}

static int note_sizes(struct check *check)
{
	bool lacking = false;

	for (size_t i = 0; i < check->imports->count; i++) {
		check->sizes[i] = check->imports->list[i].size;
		lacking |= lacks_size(check, &check->imports->list[i]);
	}
	return lacking && check->kernel->images[0].format->tells_sizes ?
		kernel_image_visit(&check->kernel->images[0], note_size, check) : 0;
}

static void compare_size(struct check *check, const struct declaration *declaration, const struct import *import,
	const char *where)
{
	uint64_t there = check->sizes[number_of(check, import)], here;
	_cleanup_free_ char *text = NULL;

	if (!there || extent_fits(declaration->type, there, &here))
		return;
	/* With 32 bits, jiffies is the lower half of jiffies_64: by its own symbol or not, it has the size of that. */
	if (kernel_arch(check->kernel)->machine == EM_ARM && here == sizeof(Elf32_Addr) && there == sizeof(Elf64_Addr))
		return;
	text = text_declaration(declaration->type, declaration->name);
	complain(check, where, "'%s': declared as '%s', which has %zu bytes, but in the kernel (%s) it has %zu",
		declaration->name, text ?: "?", (size_t)here, check->kernel->text, (size_t)there);
}

static void compare_declaration(struct check *check, const struct declaration *declaration, const char *source)
{
	const struct import *import = import_find(check->imports, declaration->name);
	_cleanup_free_ char *difference = NULL, *here = NULL, *there = NULL, *where = NULL;
	struct type type;

	if (*declaration->place && asprintf(&where, "%s: %s", source, declaration->place) < 0)
		where = NULL;
	if (declaration->variable && import->kind == KML_KIND_DATA)
		compare_size(check, declaration, import, where ?: source);
	/* A function that is declared as data, or the other way, does not come so far. */
	if (find_type(check->types, import, &type) != TYPES_KNOWN)
		return;
	difference = compare_types(declaration->type, type);
	if (!difference)
		return;
	here = text_declaration(declaration->type, declaration->name);
	there = text_declaration(type, import->kernel_name);
	complain(check, where ?: source, "'%s': declared as '%s', but the kernel (%s) has '%s': %s", declaration->name,
		here ?: "?", check->kernel->text, there ?: "?", difference);
}

static int check_declarations(struct check *check, const struct type_source *source, struct kml_err *err)
{
	_cleanup_(declarations_free) struct declarations declarations = {};
	int result = declarations_read(&declarations, source->name, source->bytes, source->size, is_import,
		check->imports, err);

	for (size_t i = 0; result == 0 && i < declarations.count; i++)
		compare_declaration(check, &declarations.list[i], source->name);
	return result;
}

struct marked {
	struct check *check;
	const char *source;
};

/* Where the kernel's types are not known, those that the header was made from are as good. */
static void compare_mark(const char *name, uint32_t hash, void *context)
{
	const struct marked *marked = context;
	struct import *import = (struct import *)import_find(marked->check->imports, name);
	_cleanup_free_ char *there = NULL;
	struct type type;

	if (!import || import->kind != KML_KIND_FUNCTION)
		return;
	if (find_type(marked->check->types, import, &type) != TYPES_KNOWN) {
		import->type = hash;
		return;
	}
	if (hash == import->type)
		return;
	there = text_declaration(type, import->kernel_name);
	complain(marked->check, marked->source, "'%s': the header that declares it is of another kernel; this one (%s) has "
		"'%s': make the header again with --header", name, marked->check->kernel->text, there ?: "?");
}

/* What the call gate cannot pass would be garbage, whatever the program declares. */
static void check_passing(struct check *check, const char *source)
{
	for (size_t i = 0; i < check->imports->count; i++) {
		const struct import *import = &check->imports->list[i];
		_cleanup_free_ char *there = NULL;
		const char *problem;
		struct type type;

		if (import->kind != KML_KIND_FUNCTION || import->binding != KML_BINDING_GATE ||
				find_type(check->types, import, &type) != TYPES_KNOWN)
			continue;
		problem = passing_problem(type);
		if (!problem)
			continue;
		there = text_declaration(type, import->kernel_name);
		complain(check, source, "'%s' %s: the kernel (%s) has '%s'", import->name, problem, check->kernel->text,
			there ?: "?");
	}
}

int type_check(const struct type_options *options, const struct kernel *kernel, const struct type_source *sources,
	size_t source_count, struct imports *imports, struct messages *messages, struct kml_err *err)
{
	_cleanup_(types_close) struct types types = {};
	_cleanup_free_ uint64_t *sizes = NULL;
	struct check check = { .policy = options->policy, .kernel = kernel, .types = &types, .imports = imports,
		.messages = messages };
	struct name_filter wanted = {};
	int result;

	for (size_t i = 0; i < imports->count; i++)
		name_filter_add(&wanted, imports->list[i].kernel_name);
	result = kernel_types_open(kernel, options->btf, &wanted, &types, err);
	if (result < 0)
		return result;
	check.sizes = sizes = calloc(imports->count + 1, sizeof(*sizes));
	if (!sizes)
		return err_set(err, ENOMEM, "out of memory");
	note_types(&check);
	result = note_sizes(&check);
	for (size_t i = 0; result == 0 && i < source_count; i++) {
		struct marked marked = { &check, sources[i].name };

		if (options->policy != TYPE_IGNORE)
			result = check_declarations(&check, &sources[i], err);
		if (options->policy != TYPE_IGNORE)
			marks_read(sources[i].bytes, sources[i].size, compare_mark, &marked);
	}
	if (result == 0 && source_count && options->policy != TYPE_IGNORE)
		check_passing(&check, sources[0].name);
	if (result < 0 || !check.failed || options->policy != TYPE_ERROR)
		return result;
	err->text[0] = '\0';
	return -EINVAL;
}
