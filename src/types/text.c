// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.h"

#include "common/cleanup.h"
#include "sound.h"

#include <bpf/btf.h>
#include <string.h>

static void print(void *context, const char *format, va_list args)
{
	vfprintf(context, format, args);
}

/* libbpf writes "f()" for "f(void)", and for what leaves its parameters open. */
static bool takes_nothing(struct type type)
{
	const struct btf_type *self = btf__type_by_id(type.btf, type.id);

	return self && btf_is_func_proto(self) && btf_vlen(self) == 0;
}

static void write_void(FILE *file, const char *text, size_t size)
{
	if (size > 2 && strcmp(text + size - 2, "()") == 0) {
		fseek(file, -1, SEEK_CUR);
		fputs("void)", file);
	}
}

/* libbpf looks at all types before it writes one. */
char *text_declaration(struct type type, const char *name)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, options, .field_name = name);
	char *text = NULL;
	size_t size;
	FILE *file = btf_is_sound(type.btf) ? open_memstream(&text, &size) : NULL;
	struct btf_dump *dump;

	if (!file)
		return NULL;
	if (!type.id) {
		fprintf(file, "void%s%s", *name ? " " : "", name);
	} else {
		dump = btf_dump__new(type.btf, print, file, NULL);
		if (dump)
			btf_dump__emit_type_decl(dump, type.id, &options);
		btf_dump__free(dump);
	}
	if (fflush(file) == 0 && type.id && takes_nothing(type))
		write_void(file, text, size);
	fclose(file);
	return text;
}
