// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "helper_names.h"
#include "rewriter.h"
#include "thunk.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* One relocation that is about an import. */
struct site {
	size_t section;	      /* that it changes */
	Elf64_Rela *list;     /* all relocations of that section; in the rewriter's copy */
	size_t count;
	Elf64_Rela *self;
	unsigned int type;
	const struct import *import;
};

static const char *type_name(unsigned int type, char spare[32])
{
	static const char *const names[] = { "NONE", "64", "PC32", "GOT32", "PLT32", "COPY", "GLOB_DAT", "JUMP_SLOT",
		"RELATIVE", "GOTPCREL", "32", "32S", "16", "PC16", "8", "PC8", "DTPMOD64", "DTPOFF64", "TPOFF64",
		"TLSGD", "TLSLD", "DTPOFF32", "GOTTPOFF", "TPOFF32", "PC64", "GOTOFF64", "GOTPC32", "GOT64",
		"GOTPCREL64", "GOTPC64" };

	if (type < sizeof(names) / sizeof(names[0]))
		snprintf(spare, 32, "R_X86_64_%s", names[type]);
	else
		snprintf(spare, 32, "relocation type %u", type);
	return spare;
}

static int refuse(const struct rewriter *rewriter, const struct site *site, const char *problem, struct kml_err *err)
{
	char spare[32];

	return err_set(err, ENOTSUP, "%s: section %zu (%s): offset 0x%" PRIx64 ": use of '%s' (%s) %s",
		rewriter->object->name, site->section, image_section_name(&rewriter->object->image, site->section),
		(uint64_t)site->self->r_offset, site->import->name, type_name(site->type, spare), problem);
}

/* Import that a relocation of the object is about, or NULL. */
static const struct import *import_of(const struct rewriter *rewriter, const Elf64_Rela *relocation)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	const Elf64_Sym *symbol;

	if (ELF64_R_SYM(relocation->r_info) >= symbols->count)
		return NULL; /* a symbol that the rewriter has added */
	symbol = &symbols->list[ELF64_R_SYM(relocation->r_info)];
	if (symbol->st_shndx != SHN_UNDEF || ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
		return NULL;
	return import_find(rewriter->imports, symbol_name(symbols, symbol));
}

/*
 * Start of the instruction that has this field. Decoding begins at the
 * function, or where the section begins when no function is known.
 */
static bool find_instruction(const struct rewriter *rewriter, const struct site *site, size_t *ret)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	const Elf64_Shdr *section = &rewriter->sections[site->section];
	const unsigned char *code = rewriter->bytes + section->sh_offset;
	size_t at = 0, length, field = site->self->r_offset;

	for (size_t i = 1; i < symbols->count; i++) {
		const Elf64_Sym *symbol = &symbols->list[i];

		if (symbol->st_shndx == site->section && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
				symbol->st_value <= field && symbol->st_value > at)
			at = symbol->st_value;
	}
	while (at < field) {
		length = thunk_instruction_length(code + at, section->sh_size - at);
		if (!length)
			return false;
		if (field < at + length) {
			*ret = at;
			return true;
		}
		at += length;
	}
	return false;
}

static bool field_in_section(const struct rewriter *rewriter, const struct site *site, size_t size)
{
	const Elf64_Shdr *section = &rewriter->sections[site->section];

	return section->sh_type != SHT_NOBITS && section->sh_size >= size &&
		site->self->r_offset <= section->sh_size - size;
}

static bool is_pc_relative(unsigned int type)
{
	switch (type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return true;
	default:
		return false;
	}
}

/* The other relocation of the same instruction; *ret is NULL if there is none. False when there is more. */
static bool find_other(const struct rewriter *rewriter, const struct site *site, size_t start, size_t length,
	Elf64_Rela **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < site->count; i++) {
		Elf64_Rela *relocation = &site->list[i];
		unsigned int type = ELF64_R_TYPE(relocation->r_info);

		if (relocation == site->self || type == R_X86_64_NONE || relocation->r_offset <= start ||
				relocation->r_offset >= start + length)
			continue;
		if (*ret || import_of(rewriter, relocation) ||
				(!is_pc_relative(type) && type != R_X86_64_32 && type != R_X86_64_32S))
			return false;
		*ret = relocation;
	}
	return true;
}

static void add_relocation(struct buffer *list, uint64_t offset, uint32_t symbol, unsigned int type, int64_t addend)
{
	Elf64_Rela relocation = { .r_offset = offset, .r_info = ELF64_R_INFO((uint64_t)symbol, type), .r_addend = addend };

	buffer_add(list, &relocation, sizeof(relocation));
}

/* Puts the thunk into its section and a jump to it in the place of the instruction. */
static void place_thunk(struct rewriter *rewriter, const struct site *site, size_t start, const struct thunk *thunk,
	Elf64_Rela *other)
{
	unsigned char *code = rewriter->bytes + rewriter->sections[site->section].sh_offset + start;
	size_t at = buffer_add(&rewriter->thunks, thunk->code, thunk->size);

	add_relocation(&rewriter->thunk_relocations, at + thunk->slot_field, ELF64_R_SYM(site->self->r_info),
		R_X86_64_PC32, -4);
	add_relocation(&rewriter->thunk_relocations, at + thunk->back_field,
		rewriter_section_symbol(rewriter, site->section), R_X86_64_PC32,
		(int64_t)(start + thunk->instruction_length) - 4);
	if (other) {
		unsigned int type = ELF64_R_TYPE(other->r_info);
		int64_t adjust = is_pc_relative(type) ? thunk->other_adjust : 0;

		/* The linker may improve the X kinds by changing the instruction; not this one. */
		if (type == R_X86_64_GOTPCRELX || type == R_X86_64_REX_GOTPCRELX)
			type = R_X86_64_GOTPCREL;
		add_relocation(&rewriter->thunk_relocations, at + thunk->other_field, ELF64_R_SYM(other->r_info), type,
			other->r_addend + adjust);
		other->r_info = ELF64_R_INFO(0, R_X86_64_NONE);
		other->r_addend = 0;
	}
	code[0] = 0xe9; /* jmp */
	memset(code + 1, 0, 4);
	memset(code + 5, 0x90, thunk->instruction_length - 5);
	site->self->r_offset = start + 1;
	site->self->r_info = ELF64_R_INFO((uint64_t)rewriter_new_section_symbol(rewriter, NEW_THUNKS), R_X86_64_PC32);
	site->self->r_addend = (int64_t)at - 4;
}

static int rewrite_instruction(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const Elf64_Shdr *section = &rewriter->sections[site->section];
	struct thunk_site place;
	struct thunk thunk;
	Elf64_Rela *other;
	const char *problem;
	size_t start;

	if (!field_in_section(rewriter, site, site->type == R_X86_64_64 ? 8 : 4) ||
			!find_instruction(rewriter, site, &start))
		return refuse(rewriter, site, "is in no instruction that can be decoded", err);
	if (section->sh_flags & SHF_GROUP)
		return refuse(rewriter, site, "is in code that several objects share (COMDAT): make the function static",
			err);
	place = (struct thunk_site){
		.code = rewriter->bytes + section->sh_offset + start,
		.code_size = section->sh_size - start,
		.field = site->self->r_offset - start,
		.addend = site->self->r_addend,
		.pc_relative = site->type == R_X86_64_PC32 || site->type == R_X86_64_PLT32,
	};
	if (!find_other(rewriter, site, start, thunk_instruction_length(place.code, place.code_size), &other))
		return refuse(rewriter, site, "is in an instruction with another relocation that cannot be moved", err);
	if (other)
		place.other_field = other->r_offset - start;
	problem = thunk_make(&place, &thunk);
	if (problem) {
		char text[256];

		snprintf(text, sizeof(text), "is in an instruction that %s", problem);
		return refuse(rewriter, site, text, err);
	}
	if (!thunk.in_place) {
		place_thunk(rewriter, site, start, &thunk, other);
		return 0;
	}
	memcpy(rewriter->bytes + section->sh_offset + start, thunk.code, thunk.size);
	site->self->r_info = ELF64_R_INFO(ELF64_R_SYM(site->self->r_info), R_X86_64_PC32);
	site->self->r_addend = -4;
	return 0;
}

/* Sections whose pointers somebody reads before the binder has run, or that must not become writable. */
static const char *fixup_problem(const struct rewriter *rewriter, size_t index)
{
	const Elf64_Shdr *section = &rewriter->sections[index];
	const char *name = image_section_name(&rewriter->object->image, index);

	if (section->sh_type != SHT_PROGBITS)
		return "is in a section of a type that is not supported";
	if (section->sh_flags & SHF_TLS)
		return "initializes a thread-local variable: set it at run time";
	if (section->sh_flags & SHF_GROUP)
		return "is in data that several objects share (COMDAT)";
	if (section->sh_flags & SHF_MERGE)
		return "is in data that the linker merges";
	if (strcmp(name, ".eh_frame") == 0 || strcmp(name, ".gcc_except_table") == 0)
		return "is in tables for exceptions";
	return NULL;
}

/* Only the binder knows the address: it writes the pointer at start, so the place must be writable, RELRO or not. */
static int make_fixup(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	Elf64_Shdr *section = &rewriter->sections[site->section];
	const char *problem = fixup_problem(rewriter, site->section);
	const char *name = image_section_name(&rewriter->object->image, site->section);
	struct kml_fixup fixup = { .addend = site->self->r_addend };
	size_t at;

	if (!problem && !field_in_section(rewriter, site, 8))
		problem = "is outside of its section";
	if (problem)
		return refuse(rewriter, site, problem, err);
	at = buffer_add(&rewriter->fixups, &fixup, sizeof(fixup));
	add_relocation(&rewriter->fixup_relocations, at + offsetof(struct kml_fixup, place),
		rewriter_section_symbol(rewriter, site->section), R_X86_64_PC32, site->self->r_offset);
	add_relocation(&rewriter->fixup_relocations, at + offsetof(struct kml_fixup, slot),
		ELF64_R_SYM(site->self->r_info), R_X86_64_PC32, 0);
	if (strncmp(name, ".data.rel.ro", 12) == 0 || strncmp(name, ".rodata", 7) == 0)
		rewriter_rename_section(rewriter, site->section, SECTION_FIXED_DATA);
	section->sh_flags |= SHF_WRITE;
	memset(rewriter->bytes + section->sh_offset + site->self->r_offset, 0, 8);
	/* Does nothing, but lets --gc-sections keep the fixups of data that it keeps. */
	site->self->r_info = ELF64_R_INFO((uint64_t)rewriter_new_section_symbol(rewriter, NEW_FIXUPS), R_X86_64_NONE);
	site->self->r_addend = 0;
	return 0;
}

static int rewrite_data_site(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const Elf64_Shdr *section = &rewriter->sections[site->section];

	rewriter->changed = true;
	if (!(section->sh_flags & SHF_ALLOC)) {
		site->self->r_info = ELF64_R_INFO(0, R_X86_64_NONE); /* debug information */
		return 0;
	}
	switch (site->type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		/* The slot is what the entry of the global offset table would have been. */
		if (!field_in_section(rewriter, site, 4))
			return refuse(rewriter, site, "is outside of its section", err);
		site->self->r_info = ELF64_R_INFO(ELF64_R_SYM(site->self->r_info), R_X86_64_PC32);
		return 0;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_32:
	case R_X86_64_32S:
		if (section->sh_flags & SHF_EXECINSTR)
			return rewrite_instruction(rewriter, site, err);
		return refuse(rewriter, site, "in data has no room for an address of the kernel", err);
	case R_X86_64_64:
		return section->sh_flags & SHF_EXECINSTR ? rewrite_instruction(rewriter, site, err) :
			make_fixup(rewriter, site, err);
	default:
		return refuse(rewriter, site, "is of a kind that is not supported", err);
	}
}

/* Functions are reached by their stubs, which are ordinary local functions: just see that nobody reads them. */
static int check_function_site(const struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const Elf64_Shdr *section = &rewriter->sections[site->section];
	size_t start;

	if (!(section->sh_flags & SHF_EXECINSTR) || (site->type != R_X86_64_PC32 && site->type != R_X86_64_32S) ||
			!field_in_section(rewriter, site, 4) || !find_instruction(rewriter, site, &start))
		return 0;
	if (thunk_accesses_memory(rewriter->bytes + section->sh_offset + start, section->sh_size - start,
			site->self->r_offset - start))
		return refuse(rewriter, site, "treats it as a variable, but the kernel has a function of that name", err);
	return 0;
}

static int rewrite_section(struct rewriter *rewriter, size_t relocations, struct kml_err *err)
{
	const Elf64_Shdr *header = &rewriter->object->image.sections[relocations];
	struct site site = {
		.section = header->sh_info,
		.list = (void *)(rewriter->bytes + header->sh_offset),
		.count = header->sh_size / sizeof(Elf64_Rela),
	};

	for (size_t i = 0; i < site.count; i++) {
		int result;

		site.self = &site.list[i];
		site.type = ELF64_R_TYPE(site.self->r_info);
		site.import = import_of(rewriter, site.self);
		if (!site.import)
			continue;
		result = site.import->kind == KML_KIND_DATA ? rewrite_data_site(rewriter, &site, err) :
			check_function_site(rewriter, &site, err);
		if (result < 0)
			return result;
	}
	return 0;
}

/* The program may believe a variable of the kernel to be thread-local. */
static int check_symbols(const struct object *object, const struct imports *imports, bool *ret_used,
	struct kml_err *err)
{
	const struct symbols *symbols = &object->symbols;

	*ret_used = false;
	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		const Elf64_Sym *symbol = &symbols->list[i];

		if (symbol->st_shndx != SHN_UNDEF || !import_find(imports, symbol_name(symbols, symbol)))
			continue;
		if (ELF64_ST_TYPE(symbol->st_info) == STT_TLS)
			return err_set(err, ENOTSUP, "%s: '%s' is declared thread-local, but the kernel has no such thing",
				object->name, symbol_name(symbols, symbol));
		*ret_used = true;
	}
	return 0;
}

int rewrite_object(const struct object *object, const struct imports *imports, struct buffer *ret,
	struct kml_err *err)
{
	_cleanup_(rewriter_close) struct rewriter rewriter = {};
	bool used;
	int result = check_symbols(object, imports, &used, err);

	if (result < 0 || !used)
		return result;
	result = rewriter_open(object, imports, &rewriter, err);
	for (size_t i = 1; result == 0 && i < object->image.section_count; i++)
		if (object->image.sections[i].sh_type == SHT_RELA && object->image.sections[i].sh_size)
			result = rewrite_section(&rewriter, i, err);
	if (result < 0 || !rewriter.changed)
		return result;
	result = rewriter_finish(&rewriter, ret, err);
	return result < 0 ? result : 1;
}
