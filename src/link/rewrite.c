// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite.h"

#include "code.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "helper_names.h"
#include "site.h"

#include <errno.h>
#include <string.h>

/* Sections whose pointers somebody reads before the binder has run, or that must not become writable. */
const char *rewrite_fixup_problem(const struct rewriter *rewriter, size_t index)
{
	const GElf_Shdr *section = &rewriter->object->image.sections[index];
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
void rewrite_open_fixup(struct rewriter *rewriter, size_t section)
{
	const char *name = image_section_name(&rewriter->object->image, section);
	bool read_only = strncmp(name, ".data.rel.ro", 12) == 0 || strncmp(name, ".rodata", 7) == 0;

	rewriter_make_writable(rewriter, section, read_only ? SECTION_FIXED_DATA : NULL);
}

static int make_fixup(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const char *problem = rewrite_fixup_problem(rewriter, site->section);
	struct kml_fixup fixup = { .addend = site->self.r_addend };
	size_t at;

	if (!problem && !site_has_field(rewriter, site, 8))
		problem = "is outside of its section";
	if (problem)
		return site_refuse(rewriter, site, problem, err);
	at = buffer_add(&rewriter->fixups, &fixup, sizeof(fixup));
	site_add_relocation(&rewriter->fixup_relocations, at + offsetof(struct kml_fixup, place),
		rewriter_section_symbol(rewriter, site->section), R_X86_64_PC32, site->self.r_offset);
	site_add_relocation(&rewriter->fixup_relocations, at + offsetof(struct kml_fixup, slot),
		GELF_R_SYM(site->self.r_info), R_X86_64_PC32, 0);
	rewrite_open_fixup(rewriter, site->section);
	memset((char *)rewriter_data(rewriter, site->section)->d_buf + site->self.r_offset, 0, 8);
	/* Does nothing, but lets --gc-sections keep the fixups of data that it keeps. */
	site_set_relocation(site, site->number, site->self.r_offset,
		rewriter_new_section_symbol(rewriter, NEW_FIXUPS), R_X86_64_NONE, 0);
	return 0;
}

static int rewrite_data_site(struct rewriter *rewriter, const struct site *site, struct kml_err *err)
{
	const GElf_Shdr *section = &rewriter->object->image.sections[site->section];

	rewriter->changed = true;
	if (!(section->sh_flags & SHF_ALLOC)) { /* debug information */
		site_set_relocation(site, site->number, site->self.r_offset, 0, R_X86_64_NONE, site->self.r_addend);
		return 0;
	}
	switch (site->type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		/* The slot is what the entry of the global offset table would have been. */
		if (!site_has_field(rewriter, site, 4))
			return site_refuse(rewriter, site, "is outside of its section", err);
		site_set_relocation(site, site->number, site->self.r_offset, GELF_R_SYM(site->self.r_info),
			R_X86_64_PC32, site->self.r_addend);
		return 0;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_32:
	case R_X86_64_32S:
		if (section->sh_flags & SHF_EXECINSTR)
			return code_rewrite(rewriter, site, err);
		return site_refuse(rewriter, site, "in data has no room for an address of the kernel", err);
	case R_X86_64_64:
		return section->sh_flags & SHF_EXECINSTR ? code_rewrite(rewriter, site, err) :
			make_fixup(rewriter, site, err);
	case R_X86_64_GOTOFF64:
	case R_X86_64_GOTPC32:
	case R_X86_64_GOT64:
	case R_X86_64_GOTPCREL64:
	case R_X86_64_GOTPC64:
	case R_X86_64_GOTPLT64:
	case R_X86_64_PLTOFF64:
		return site_refuse(rewriter, site,
			"is of a kind that is not supported: compile without -mcmodel=large or medium", err);
	default:
		return site_refuse(rewriter, site, "is of a kind that is not supported", err);
	}
}

static bool is_sorted(Elf_Data *list)
{
	GElf_Rela relocation;
	uint64_t before = 0;

	for (int i = 0; gelf_getrela(list, i, &relocation); i++) {
		if (relocation.r_offset < before)
			return false;
		before = relocation.r_offset;
	}
	return true;
}

static int rewrite_section(struct rewriter *rewriter, size_t relocations, struct kml_err *err)
{
	struct site site = {
		.section = rewriter->object->image.sections[relocations].sh_info,
		.list = rewriter_data(rewriter, relocations),
	};

	site.sorted = is_sorted(site.list);
	for (; gelf_getrela(site.list, site.number, &site.self); site.number++) {
		int result;

		site.type = GELF_R_TYPE(site.self.r_info);
		site.import = site_import(rewriter, &site.self);
		if (!site.import)
			continue;
		result = site.import->kind == KML_KIND_DATA ? rewrite_data_site(rewriter, &site, err) :
			code_check_function(rewriter, &site, err);
		if (result < 0)
			return result;
	}
	return 0;
}

/* The program may believe a variable of the kernel to be thread-local. */
static int check_symbols(const struct object *object, const struct imports *imports, bool *ret_used,
	bool *ret_renamed, struct kml_err *err)
{
	const struct symbols *symbols = &object->symbols;

	*ret_used = *ret_renamed = false;
	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const struct import *import = symbol.st_shndx == SHN_UNDEF ?
			import_find(imports, symbol_name(symbols, &symbol)) : NULL;

		if (!import)
			continue;
		if (GELF_ST_TYPE(symbol.st_info) == STT_TLS)
			return err_set(err, ENOTSUP,
				"%s: '%s' is declared thread-local, but the kernel has no such thing",
				object->name, symbol_name(symbols, &symbol));
		*ret_used = true;
		*ret_renamed |= import->chosen;
	}
	return 0;
}

int rewrite_object_by(const struct object *object, const struct imports *imports, const char *path,
	unsigned int relocation_type, rewrite_section_function *rewrite_relocations, struct kml_err *err)
{
	_cleanup_(rewriter_close) struct rewriter rewriter = { .fd = -1 };
	bool used, renamed;
	int result = check_symbols(object, imports, &used, &renamed, err);

	if (result < 0 || !used)
		return result;
	result = rewriter_open(object, imports, path, &rewriter, err);
	for (size_t i = 1; result == 0 && i < object->image.section_count; i++)
		if (object->image.sections[i].sh_type == relocation_type && object->image.sections[i].sh_size)
			result = rewrite_relocations(&rewriter, i, err);
	if (result < 0 || (!rewriter.changed && !renamed))
		return result;
	result = rewriter_finish(&rewriter, err);
	return result < 0 ? result : 1;
}

int rewrite_object(const struct object *object, const struct imports *imports, const char *path, struct kml_err *err)
{
	return rewrite_object_by(object, imports, path, SHT_RELA, rewrite_section, err);
}
