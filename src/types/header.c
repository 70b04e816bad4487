// SPDX-License-Identifier: GPL-2.0-or-later
#include "header.h"

#include "c_names.h"
#include "common/cleanup.h"
#include "hash.h"
#include "marks.h"
#include "simplify.h"
#include "sound.h"
#include "text.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

static void print(void *context, const char *format, va_list args)
{
	vfprintf(context, format, args);
}

static const char beginning[] =
	"\n"
	"/* What the kernel's types force; nothing of it is the program's fault. */\n"
	"#pragma GCC diagnostic push\n"
	"#pragma GCC diagnostic ignored \"-Wpedantic\"\n"
	"#ifdef __cplusplus\n"
	"extern \"C\" {\n"
	"typedef bool kernel_bool;\n"
	"#else\n"
	"typedef _Bool kernel_bool;\n"
	"#endif\n"
	"__extension__ typedef __int128 kernel_s128;\n"
	"__extension__ typedef unsigned __int128 kernel_u128;\n"
	"\n";

static const char end[] =
	"\n"
	"#ifdef __cplusplus\n"
	"}\n"
	"#endif\n"
	"#pragma GCC diagnostic pop\n"
	"#endif\n";

/* libbpf orders them, and writes them so that every member is where the kernel has it. */
static int write_types(FILE *file, const struct simplified *types)
{
	struct btf_dump *dump = btf_dump__new(types->btf, print, file, NULL);
	int result = dump ? 0 : -ENOMEM;

	for (uint32_t id = 1; result == 0 && id < btf__type_cnt(types->btf); id++) {
		const struct btf_type *type = btf__type_by_id(types->btf, id);

		if (type->name_off && (btf_is_composite(type) || btf_is_any_enum(type) || btf_is_fwd(type)))
			result = btf_dump__dump_type(dump, id);
	}
	btf_dump__free(dump);
	return result;
}

/* The compiler checks what was read and written. */
static void write_sizes(FILE *file, const struct simplified *types)
{
	for (uint32_t id = 1; id < btf__type_cnt(types->btf); id++) {
		const struct btf_type *type = btf__type_by_id(types->btf, id);
		const char *tag = btf__str_by_offset(types->btf, type->name_off);

		if (btf_is_composite(type) && *tag)
			fprintf(file, "extern char kernel_size_of_%s[sizeof(%s %s) == %u ? 1 : -1];\n", tag,
				btf_is_union(type) ? "union" : "struct", tag, type->size);
	}
}

static int write_declaration(FILE *file, const struct header_name *name, struct type type)
{
	_cleanup_free_ char *own = c_name(name->name, C_FUNCTION), *text = own ? text_declaration(type, own) : NULL;

	if (!text)
		return -ENOMEM;
	if (strcmp(own, name->name) != 0)
		fprintf(file, "\n/* '%s' is the C library's: link with --import=%s=%s */\n", name->name, own, name->name);
	if (name->doubtful)
		fprintf(file, "\n/* Functions in assembly look like this, too, whatever they are. */\n");
	fprintf(file, "extern %s;\n", text);
	if (name->hash)
		marks_write(file, own, name->hash);
	return 0;
}

int header_write(FILE *file, const struct header_name *names, size_t count, const char *from)
{
	_cleanup_(simplified_free) struct simplified types = {};
	_cleanup_free_ size_t *entries = calloc(count + 1, sizeof(*entries));
	uint32_t guard = hash_string(from);
	int result;

	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if ((i == 0 || names[i].type.btf != names[i - 1].type.btf) && !btf_is_sound(names[i].type.btf))
			return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		entries[i] = simplified_add(&types, names[i].type);
		guard = guard * 31 + hash_string(names[i].name);
	}
	result = simplified_make(&types);
	if (result < 0)
		return result;
	fprintf(file, "/* Made by kml-link --header from the types of %s. */\n#ifndef KML_HEADER_%08x\n#define KML_HEADER_%08x\n",
		from, guard, guard);
	fputs(beginning, file);
	result = write_types(file, &types);
	write_sizes(file, &types);
	fputc('\n', file);
	for (size_t i = 0; result == 0 && i < count; i++)
		result = write_declaration(file, &names[i], (struct type){ types.btf, types.list[entries[i]].id });
	fputs(end, file);
	return result;
}
