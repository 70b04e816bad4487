// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading the KML note of programs that are right and of programs that are not. */
#include "common/cleanup.h"
#include "common/err.h"
#include "image/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BASE 0x400000

/* A whole program, as far as the note goes: at offset n of the file is address BASE + n. */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segments[2];
	Elf64_Nhdr note_header;
	char note_name[4];
	struct kml_note note;
	struct kml_import imports[2];
	char names[32];
} __attribute__((aligned(8)));

static struct program make_program(void)
{
	struct program program = {
		.header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC,
			.e_machine = EM_X86_64, .e_phoff = offsetof(struct program, segments), .e_phnum = 2,
			.e_phentsize = sizeof(Elf64_Phdr) },
		.segments = {
			{ .p_type = PT_LOAD, .p_vaddr = BASE, .p_filesz = sizeof(program), .p_memsz = sizeof(program) },
			{ .p_type = PT_NOTE, .p_offset = offsetof(struct program, note_header),
				.p_vaddr = BASE + offsetof(struct program, note_header),
				.p_filesz = offsetof(struct program, imports) - offsetof(struct program, note_header) },
		},
		.note_header = { .n_namesz = 4, .n_descsz = sizeof(struct kml_note), .n_type = KML_NOTE_TYPE },
		.note_name = "KML",
		.note = { .abi_version = 1, .import_count = 2,
			.imports = offsetof(struct program, imports) - offsetof(struct program, note.imports) },
		.imports = {
			{ .name = offsetof(struct program, names) - offsetof(struct program, imports[0].name),
				.slot = 0x100, .kind_binding = KML_KIND_DATA | KML_BINDING_ADDRESS << 8 },
			{ .name = offsetof(struct program, names[8]) - offsetof(struct program, imports[1].name),
				.kind_binding = KML_KIND_SYSCALL | KML_BINDING_GATE << 8, .number = 1 },
		},
		.names = "jiffies\0sys_write",
	};

	return program;
}

static int read_program(const struct program *program, size_t size, struct note *ret, struct kml_err *err)
{
	_cleanup_(image_close) struct image image = {};
	int result;

	elf_version(EV_CURRENT);
	result = image_parse("program", elf_memory((char *)program, size), &image, err);
	return result < 0 ? result : note_read(&image, ret, err);
}

static void test_a_good_note_is_read(void **state)
{
	struct program program = make_program();
	struct kml_err err = {};
	struct note note;

	(void)state;
	assert_int_equal(read_program(&program, sizeof(program), &note, &err), 1);
	assert_int_equal(note.import_count, 2);
	assert_string_equal(note.imports[0].name, "jiffies");
	assert_int_equal(note.imports[0].kind, KML_KIND_DATA);
	assert_int_equal(note.imports[0].slot, BASE + offsetof(struct program, imports[0].slot) + 0x100);
	assert_string_equal(note.imports[1].name, "sys_write");
	assert_int_equal(note.imports[1].number, 1);
	assert_int_equal(note.imports[1].slot, 0);
	note_free(&note);
}

static void test_no_note_is_no_error(void **state)
{
	struct program program = make_program();
	struct kml_err err = {};
	struct note note;

	(void)state;
	program.note_name[0] = 'X';
	assert_int_equal(read_program(&program, sizeof(program), &note, &err), 0);
	program = make_program();
	program.segments[1].p_type = PT_NULL;
	assert_int_equal(read_program(&program, sizeof(program), &note, &err), 0);
}

static void expect_refusal(const struct program *program, const char *text)
{
	struct kml_err err = {};
	struct note note;

	assert_true(read_program(program, sizeof(*program), &note, &err) < 0);
	if (!strstr(err.text, text))
		fail_msg("said '%s', not '%s'", err.text, text);
}

static void test_malformed_notes_are_refused(void **state)
{
	struct program program = make_program();

	(void)state;
	program.note.imports = INT32_MAX;
	expect_refusal(&program, "outside the file");
	program = make_program();
	program.note.imports = INT32_MIN;
	expect_refusal(&program, "outside the file");
	program = make_program();
	program.note.import_count = 3000;
	expect_refusal(&program, "outside the file");
	program.note.import_count = UINT32_MAX;
	expect_refusal(&program, "outside the file");
	program = make_program();
	program.imports[1].name = INT32_MAX;
	expect_refusal(&program, "outside the file");
	program = make_program();
	memset(program.names, 'x', sizeof(program.names));
	expect_refusal(&program, "outside the file");
	program = make_program();
	program.note_header.n_descsz = 8;
	expect_refusal(&program, "8 bytes");
	program = make_program();
	program.segments[0].p_filesz = UINT64_MAX;
	expect_refusal(&program, "runs past end of file");
	program = make_program();
	program.header.e_phoff = UINT64_MAX - 7;
	expect_refusal(&program, "past end of file");
}

/* Each byte in turn becomes each of some values: nothing may be read outside (run it with the sanitizers). */
static void test_damage_does_no_harm(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < sizeof(struct program) * sizeof(values); i++) {
		struct program program = make_program();
		struct kml_err err;
		struct note note = {};

		((unsigned char *)&program)[i / sizeof(values)] = values[i % sizeof(values)];
		(void)read_program(&program, sizeof(program), &note, &err);
		note_free(&note);
	}
	for (size_t size = 0; size < sizeof(struct program); size++) {
		struct program program = make_program();
		struct kml_err err;
		struct note note = {};

		(void)read_program(&program, size, &note, &err);
		note_free(&note);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_note_is_read),
		cmocka_unit_test(test_no_note_is_no_error),
		cmocka_unit_test(test_malformed_notes_are_refused),
		cmocka_unit_test(test_damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
