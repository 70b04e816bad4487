// SPDX-License-Identifier: GPL-2.0-or-later
#include "site.h"

#include "common/err.h"
#include "relocation_name.h"
#include "source_line.h"

#include <errno.h>
#include <inttypes.h>

int site_refuse(const struct rewriter *rewriter, const struct site *site, const char *problem, struct kml_err *err)
{
	char spare[32], line[SOURCE_LINE_SIZE];

	source_line(&rewriter->object->image, site->section, site->self.r_offset, line);
	return err_set(err, ENOTSUP, "%s: %s%ssection %zu (%s): offset 0x%" PRIx64 ": use of '%s' (%s) %s",
		rewriter->object->name, line, *line ? ": " : "", site->section, image_section_name(&rewriter->object->image, site->section),
		site->self.r_offset, site->import->name, relocation_name(rewriter->object->image.header.e_machine, site->type, spare), problem);
}

const struct import *site_import(const struct rewriter *rewriter, const GElf_Rela *relocation)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	GElf_Sym symbol;

	if (GELF_R_SYM(relocation->r_info) >= symbols->count)
		return NULL; /* a symbol that the rewriter has added */
	symbol = symbol_at(symbols, GELF_R_SYM(relocation->r_info));
	if (symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
		return NULL;
	return import_find(rewriter->imports, symbol_name(symbols, &symbol));
}

bool site_has_field(const struct rewriter *rewriter, const struct site *site, size_t size)
{
	const Elf_Data *data = rewriter_data(rewriter, site->section);

	return data && data->d_buf && data->d_size >= size && site->self.r_offset <= data->d_size - size;
}

void site_set_relocation(const struct site *site, size_t number, uint64_t offset, uint32_t symbol, unsigned int type,
	int64_t addend)
{
	GElf_Rela relocation = { .r_offset = offset, .r_info = GELF_R_INFO((uint64_t)symbol, type),
		.r_addend = addend };

	gelf_update_rela(site->list, number, &relocation);
}

void site_add_relocation(struct buffer *list, uint64_t offset, uint32_t symbol, unsigned int type, int64_t addend)
{
	Elf64_Rela relocation = { .r_offset = offset, .r_info = ELF64_R_INFO((uint64_t)symbol, type),
		.r_addend = addend };

	buffer_add(list, &relocation, sizeof(relocation));
}
