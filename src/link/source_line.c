// SPDX-License-Identifier: GPL-2.0-or-later
#include "source_line.h"

#include "common/cleanup.h"

#include <elfutils/libdwfl.h>
#include <string.h>

static void cleanup_dwfl(Dwfl **dwfl)
{
	dwfl_end(*dwfl);
}

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

void source_line(const struct image *image, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE])
{
	static const Dwfl_Callbacks callbacks = { .section_address = dwfl_offline_section_address,
		.find_elf = dwfl_build_id_find_elf, .find_debuginfo = dwfl_standard_find_debuginfo };
	_cleanup_(cleanup_dwfl) Dwfl *dwfl = NULL;
	_cleanup_free_ char *copy = NULL;
	GElf_Addr address = offset;
	const char *file, *slash;
	Dwfl_Module *module;
	Dwarf_Line *line;
	int number = 0;

	ret[0] = '\0';
	if (!image_section_find(image, ".debug_line") && !image_section_find(image, ".zdebug_line"))
		return;
	/* libdwfl relocates in place. */
	copy = malloc(image->size);
	dwfl = dwfl_begin(&callbacks);
	if (!copy || !dwfl)
		return;
	memcpy(copy, image->bytes, image->size);
	module = dwfl_report_offline_memory(dwfl, image->name, image->name, copy, image->size);
	dwfl_report_end(dwfl, NULL, NULL);
	if (!module || !section_address(module, section, &address))
		return;
	line = find_line(module, address);
	file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	if (!file || dwarf_lineno(line, &number) != 0 || number <= 0)
		return;
	slash = strrchr(file, '/');
	snprintf(ret, SOURCE_LINE_SIZE, "%.120s:%d", slash ? slash + 1 : file, number);
}
