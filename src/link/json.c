// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/note.h"
#include "imports.h"
#include "kernel.h"
#include "messages.h"
#include "rebind.h"
#include "scan.h"
#include "source_line.h"
#include "words.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	_cleanup_free_ char *copy = NULL;

	if (string)
		return string;
	copy = strdup(text);
	for (char *at = copy; at && *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	return copy ? json_string(copy) : NULL;
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_text(text) : json_null();
}

static json_t *build_id_or_null(const unsigned char *build_id)
{
	static const unsigned char none[KML_BUILD_ID_SIZE];
	char text[2 * KML_BUILD_ID_SIZE + 1];

	if (memcmp(build_id, none, sizeof(none)) == 0)
		return json_null();
	for (size_t i = 0; i < KML_BUILD_ID_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", build_id[i]);
	return json_string(text);
}

/* Addresses are text: not every reader of JSON has integers of 64 bits. */
static json_t *address_or_null(uint64_t address)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	return address ? json_string(text) : json_null();
}

static json_t *type_or_null(uint32_t type)
{
	char text[16];

	snprintf(text, sizeof(text), "%08x", type);
	return type ? json_string(text) : json_null();
}

static json_t *number_or_null(enum kml_import_kind kind, unsigned int number)
{
	return kind == KML_KIND_SYSCALL ? json_integer(number) : json_null();
}

/* Adds a member; when memory is short, the object is given up and stays NULL. */
static void set(json_t **object, const char *key, json_t *value)
{
	if (*object && value && json_object_set_new(*object, key, value) == 0)
		return;
	if (!*object)
		json_decref(value);
	json_decref(*object);
	*object = NULL;
}

static void append(json_t **array, json_t *value)
{
	if (*array && value && json_array_append_new(*array, value) == 0)
		return;
	if (!*array)
		json_decref(value);
	json_decref(*array);
	*array = NULL;
}

int json_print(json_t *object, struct kml_err *err)
{
	int result = object ? json_dumpf(object, stdout, JSON_INDENT(2)) : -1;

	json_decref(object);
	if (result < 0)
		return err_set(err, ENOMEM, "out of memory, or the output cannot be written");
	putchar('\n');
	return fflush(stdout) != 0 || ferror(stdout) ? err_errno(err, "cannot write the output") : 0;
}

json_t *json_kernel(const struct kernel *kernel)
{
	const struct kernel_image *image = &kernel->images[0];
	json_t *object = json_object();

	set(&object, "path", json_text(image->path));
	set(&object, "kind", json_text(image->kind));
	set(&object, "release", text_or_null(image->release));
	set(&object, "build_id", build_id_or_null(kernel_build_id(kernel)));
	return object;
}

int json_print_note(const char *path, const struct note *note, struct kml_err *err)
{
	json_t *object = json_object(), *list = json_array();

	for (size_t i = 0; i < note->import_count; i++) {
		const struct note_import *import = &note->imports[i];
		json_t *one = json_object();

		set(&one, "name", json_text(import->name));
		set(&one, "kind", json_string(word_for_kind(import->kind)));
		set(&one, "binding", json_string(word_for_binding(import->kind, import->binding)));
		set(&one, "number", number_or_null(import->kind, import->number));
		set(&one, "type", type_or_null(import->type));
		append(&list, one);
	}
	set(&object, "program", json_text(path));
	set(&object, "abi", json_integer(note->header.abi_version));
	set(&object, "build_id", build_id_or_null(note->header.build_id));
	set(&object, "user_mode", json_boolean(note->header.flags & KML_NOTE_USER_MODE_OK));
	set(&object, "executable_memory", json_boolean(note->header.flags & KML_NOTE_EXECUTABLE_MEMORY));
	set(&object, "fixups", json_integer(note->header.fixup_count));
	set(&object, "imports", list);
	return json_print(object, err);
}

int json_print_check(const char *path, const struct kernel *kernel, const struct messages *messages, struct kml_err *err)
{
	json_t *object = json_object(), *list = json_array();

	for (size_t i = 0; i < messages->count; i++)
		append(&list, json_text(messages->list[i]));
	set(&object, "program", json_text(path));
	set(&object, "kernel", json_kernel(kernel));
	set(&object, "starts", json_boolean(messages->count == 0));
	set(&object, "problems", list);
	return json_print(object, err);
}

static json_t *rebound_names(const struct rebinding *rebinding)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rebinding->count; i++) {
		json_t *one = json_object();

		set(&one, "name", json_text(rebinding->list[i].name));
		set(&one, "version", json_text(rebinding->list[i].version));
		append(&list, one);
	}
	return list;
}

int json_print_plan(const char *output, const struct imports *imports, const struct rebinding *rebinding,
	const struct kernel *kernel, struct kml_err *err)
{
	json_t *object = json_object(), *list = json_array();

	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->list[i];
		json_t *one = json_object();

		set(&one, "name", json_text(import->name));
		set(&one, "kernel_name", json_text(import->kernel_name));
		set(&one, "kind", json_string(word_for_kind(import->kind)));
		set(&one, "binding", json_string(word_for_binding(import->kind, import->binding)));
		set(&one, "number", number_or_null(import->kind, import->number));
		set(&one, "address", address_or_null(import->address));
		set(&one, "origin", text_or_null(import->origin));
		set(&one, "type", type_or_null(import->type));
		set(&one, "chosen", json_boolean(import->chosen));
		append(&list, one);
	}
	set(&object, "output", json_text(output));
	set(&object, "kernel", json_kernel(kernel));
	set(&object, "imports", list);
	set(&object, "vdso", rebound_names(rebinding));
	return json_print(object, err);
}

int json_print_system_calls(const char *path, const struct system_calls *calls, const struct source_lines *lines,
	struct kml_err *err)
{
	json_t *object = json_object(), *list = json_array();

	for (size_t i = 0; i < calls->count; i++) {
		const struct system_call *call = &calls->list[i];
		char line[SOURCE_LINE_SIZE];
		json_t *one = json_object();

		source_lines_find(lines, 0, call->address, line);
		set(&one, "address", address_or_null(call->address));
		set(&one, "number", call->known ? json_integer(call->number) : json_null());
		set(&one, "name", text_or_null(call->name ?: ""));
		set(&one, "function", text_or_null(call->function ?: ""));
		set(&one, "offset", call->function ? json_integer(call->offset) : json_null());
		set(&one, "source", text_or_null(line));
		append(&list, one);
	}
	set(&object, "program", json_text(path));
	set(&object, "system_calls", list);
	return json_print(object, err);
}
