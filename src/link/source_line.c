// SPDX-License-Identifier: GPL-2.0-or-later
#include "source_line.h"

#include "common/cleanup.h"

#include <elfutils/libdwfl.h>
#include <string.h>

/* Where libdwfl has put the section. */
static bool section_address(Dwfl_Module *module, size_t section, GElf_Addr *address)
{
	GElf_Addr bias = 0;
	Elf *elf = dwfl_module_getelf(module, &bias);
	GElf_Shdr header = {};

	if (!elf || (section && !gelf_getshdr(elf_getscn(elf, section), &header)))
		return false;
	*address += bias + header.sh_addr;
	return true;
}

/* Not all compilers leave an index of addresses, so every unit is asked. */
static Dwarf_Line *find_line(Dwfl_Module *module, GElf_Addr address)
{
	Dwarf_Line *line = NULL;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while (!line && (unit = dwfl_module_nextcu(module, unit, &bias)))
		line = dwarf_getsrc_die(unit, address - bias);
	return line;
}

void source_lines_open(const struct image *image, struct source_lines *ret)
{
	static const Dwfl_Callbacks callbacks = { .section_address = dwfl_offline_section_address,
		.find_elf = dwfl_build_id_find_elf, .find_debuginfo = dwfl_standard_find_debuginfo };

	*ret = (struct source_lines){};
	if (!image_section_find(image, ".debug_line") && !image_section_find(image, ".zdebug_line"))
		return;
	/* libdwfl relocates in place. */
	ret->copy = malloc(image->size);
	ret->dwfl = dwfl_begin(&callbacks);
	if (!ret->copy || !ret->dwfl)
		return;
	memcpy(ret->copy, image->bytes, image->size);
	ret->module = dwfl_report_offline_memory(ret->dwfl, image->name, image->name, ret->copy, image->size);
	dwfl_report_end(ret->dwfl, NULL, NULL);
}

void source_lines_close(struct source_lines *lines)
{
	dwfl_end(lines->dwfl);
	free(lines->copy);
	*lines = (struct source_lines){};
}

void source_lines_find(const struct source_lines *lines, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE])
{
	GElf_Addr address = offset;
	const char *file, *slash;
	Dwarf_Line *line;
	int number = 0;

	ret[0] = '\0';
	if (!lines->module || !section_address(lines->module, section, &address))
		return;
	line = find_line(lines->module, address);
	file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	if (!file || dwarf_lineno(line, &number) != 0 || number <= 0)
		return;
	slash = strrchr(file, '/');
	snprintf(ret, SOURCE_LINE_SIZE, "%.120s:%d", slash ? slash + 1 : file, number);
}

void source_line(const struct image *image, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE])
{
	_cleanup_(source_lines_close) struct source_lines lines;

	source_lines_open(image, &lines);
	source_lines_find(&lines, section, offset, ret);
}
