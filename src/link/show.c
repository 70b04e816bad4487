// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.h"

#include "common/err.h"
#include "common/cleanup.h"
#include "image/note.h"
#include "json.h"
#include "print_name.h"
#include "words.h"

#include <errno.h>
#include <string.h>

#define PROGRAM_SIZE_MAX ((size_t)4 << 30)

static void print_build_id(const unsigned char *build_id)
{
	static const unsigned char none[KML_BUILD_ID_SIZE];

	if (memcmp(build_id, none, sizeof(none)) == 0) {
		printf("none");
		return;
	}
	for (size_t i = 0; i < KML_BUILD_ID_SIZE; i++)
		printf("%02x", build_id[i]);
}

static void print_note(const struct note *note)
{
	int width = 4;

	printf("abi       %u\n", note->header.abi_version);
	printf("kernel    ");
	print_build_id(note->header.build_id);
	printf("\nstarts    %s\n", note->header.flags & KML_NOTE_USER_MODE_OK ? "in kernel mode or in user mode" :
		"in kernel mode only");
	printf("memory    %s\n", note->header.flags & KML_NOTE_EXECUTABLE_MEMORY ?
		"asks for such as can be written and executed" : "none that can be written and executed");
	printf("fixups    %u\n", note->header.fixup_count);
	printf("imports   %zu\n", note->import_count);
	if (!note->import_count)
		return;
	for (size_t i = 0; i < note->import_count; i++) {
		size_t length = strnlen(note->imports[i].name, 60);

		width = (int)length > width ? (int)length : width;
	}
	printf("\n%-*s  %-11s  %-7s  %-6s  %s\n", width, "NAME", "KIND", "BINDING", "NUMBER", "TYPE");
	for (size_t i = 0; i < note->import_count; i++) {
		const struct note_import *import = &note->imports[i];

		print_name(import->name, width);
		printf("  %-11s  %-7s  ", word_for_kind(import->kind), word_for_binding(import->kind, import->binding));
		if (import->kind == KML_KIND_SYSCALL)
			printf("%-6u  ", import->number);
		else
			printf("%-6s  ", "-");
		if (import->type)
			printf("%08x\n", import->type);
		else
			printf("-\n");
	}
}

int show_program(const char *path, bool json, struct kml_err *err)
{
	_cleanup_(image_close) struct image image = {};
	_cleanup_(note_free) struct note note = {};
	int result = image_open(path, path, PROGRAM_SIZE_MAX, &image, err);

	if (result == 0)
		result = note_read(&image, &note, err);
	if (result < 0)
		return result;
	if (result == 0)
		return err_set(err, ENOENT, "%s: has no KML note: kml-link did not make it", path);
	if (json)
		return json_print_note(path, &note, err);
	print_note(&note);
	return 0;
}
