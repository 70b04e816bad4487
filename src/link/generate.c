// SPDX-License-Identifier: GPL-2.0-or-later
#include "generate.h"

#include "arch.h"
#include "helper_names.h"

#include <kml/program.h>

/*
 * All names here are hidden, so they stay out of the dynamic symbol table and
 * bind within the program; those that no C program can name begin with ".kml.".
 */
static const char head[] =
	"%1$s"
	"	.section .note.GNU-stack, \"\", %%progbits\n"
	"\n"
	"	.section .preinit_array, \"aw\", %%preinit_array\n"
	"	%3$s\n"
	"	%2$s .kml.start\n"
	"\n"
	"	.bss\n"
	"	%3$s\n"
	"	.globl .kml.call_gate, .kml.syscall_gate\n"
	"	.hidden .kml.call_gate, .kml.syscall_gate\n"
	".kml.call_gate:\n"
	"	.skip 8\n"
	".kml.syscall_gate:\n"
	"	.skip 8\n";

static const char slot[] =
	"\n"
	"	.bss\n"
	".Lslot_%1$s:\n"
	"	.skip 8\n";

static const char stub_begin[] =
	"	.text\n"
	"	.p2align 4\n"
	"	.globl %2$s%1$s\n"
	"	.hidden %2$s%1$s\n"
	"	.type %2$s%1$s, %%function\n"
	"%2$s%1$s:\n";

static const char stub_end[] =
	"	.size %2$s%1$s, . - %2$s%1$s\n";

static const char data_slot[] =
	"\n"
	"	.bss\n"
	"	.globl " HELPER_SLOT "%1$s\n"
	"	.hidden " HELPER_SLOT "%1$s\n"
	HELPER_SLOT "%1$s:\n"
	"	.skip 8\n";

/* The templates are this file's and the architecture's, and each takes the same arguments. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"

static void write_stub(FILE *output, const struct link_arch *arch, const char *code, const struct import *import)
{
	const char *prefix = import->chosen ? HELPER_IMPORT : "";

	fprintf(output, stub_begin, import->name, prefix);
	fputs(arch->stub_begin, output);
	fprintf(output, code, import->name, prefix, import->number);
	fputs(arch->stub_end, output);
	fprintf(output, stub_end, import->name, prefix);
}

static void write_code(FILE *output, const struct link_arch *arch, const struct import *import)
{
	switch (import->kind) {
	case KML_KIND_FUNCTION:
		fprintf(output, slot, import->name);
		write_stub(output, arch, import->binding == KML_BINDING_GATE ? arch->through_gate : arch->directly, import);
		break;
	case KML_KIND_SYSCALL:
		fputs("\n", output);
		write_stub(output, arch, arch->system_call, import);
		break;
	case KML_KIND_DATA:
		fprintf(output, data_slot, import->name);
		break;
	}
}

/* struct kml_import */
static void write_entry(FILE *output, const struct import *import)
{
	fprintf(output, "	.long .Lname_%s - .\n", import->name);
	if (import->kind == KML_KIND_SYSCALL)
		fprintf(output, "	.long 0\n");
	else
		fprintf(output, "	.long %s%s - .\n", import->kind == KML_KIND_DATA ? HELPER_SLOT : ".Lslot_",
			import->name);
	fprintf(output, "	.long 0x%x, %u\n", import->kind | import->binding << 8, import->number);
}

static void write_table(FILE *output, const struct imports *imports)
{
	fprintf(output, "\n	.section .rodata.kml, \"a\", %%progbits\n	.p2align 2\n.Limports:\n");
	for (size_t i = 0; i < imports->count; i++)
		write_entry(output, &imports->list[i]);
	for (size_t i = 0; i < imports->count; i++)
		fprintf(output, ".Lname_%s:\n	.asciz \"%s\"\n", imports->list[i].name, imports->list[i].kernel_name);
}

/* struct kml_note in an ELF note. The fixups are in other objects; seal_output() writes where, after the link. */
static void write_note(FILE *output, const struct imports *imports, const unsigned char *build_id)
{
	fprintf(output,
		"\n"
		"	.section " SECTION_NOTE ", \"a\", %%note\n"
		"	.p2align 2\n"
		"	.long %zu, %zu, %u\n"
		"	.asciz \"" KML_NOTE_NAME "\"\n"
		"	.p2align 2\n"
		"	.globl .kml.note\n"
		"	.hidden .kml.note\n"
		".kml.note:\n"
		"	.long %u, 0x%x\n"
		"	.long .Limports - ., %zu\n"
		"	.long 0, 0\n",
		sizeof(KML_NOTE_NAME), sizeof(struct kml_note), KML_NOTE_TYPE, KML_ABI_VERSION, imports_note_flags(imports),
		imports->count);
	for (size_t i = 0; i < KML_BUILD_ID_SIZE; i++)
		fprintf(output, "%s0x%02x", i ? ", " : "	.byte ", build_id[i]);
	fprintf(output, "\n	.long 0\n");
}

/* A second one behind it: struct kml_expected of each import. */
static void write_expected(FILE *output, const struct imports *imports)
{
	fprintf(output,
		"	.long %zu, %zu, %u\n"
		"	.asciz \"" KML_NOTE_NAME "\"\n"
		"	.p2align 2\n"
		"	.globl .kml.expected\n"
		"	.hidden .kml.expected\n"
		".kml.expected:\n",
		sizeof(KML_NOTE_NAME), imports->count * sizeof(struct kml_expected), KML_NOTE_TYPE_EXPECTED);
	for (size_t i = 0; i < imports->count; i++)
		fprintf(output, "	.long %d, 0x%08x\n", imports->list[i].fixed_address, imports->list[i].type);
}

void generate(FILE *output, const struct link_arch *arch, const struct imports *imports,
	const unsigned char build_id[KML_BUILD_ID_SIZE])
{
	fprintf(output, head, arch->assembler_head, arch->pointer, arch->word_alignment);
	for (size_t i = 0; i < imports->count; i++)
		write_code(output, arch, &imports->list[i]);
	write_table(output, imports);
	write_note(output, imports, build_id);
	write_expected(output, imports);
}
