// SPDX-License-Identifier: GPL-2.0-or-later
#include "places.h"

#include "arch.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "linked.h"
#include "packed.h"
#include "place.h"
#include "relocation_name.h"
#include "source_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

int place_refuse(const struct rewrite *rewrite, const struct place *place, const char *problem)
{
	char spare[32], line[SOURCE_LINE_SIZE];

	source_line(&rewrite->program->image, 0, place->address, line);
	return err_set(rewrite->err, ENOTSUP, "%s: %s%s%s: address 0x%" PRIx64 ": use of '%s' (%s) %s",
		rewrite->program->name, line, *line ? ": " : "", *place->section ? place->section : "segment", place->address, place->import->name,
		relocation_name(rewrite->program->arch->machine, place->type, spare), problem);
}

unsigned char *place_bytes(const struct rewrite *rewrite, uint64_t address, uint64_t size)
{
	return program_at(rewrite->program, address, size);
}

void place_set_relocation(struct rewrite *rewrite, const struct place *place, uint64_t offset, unsigned int type,
	int64_t addend)
{
	Elf64_Rela relocation = { .r_offset = offset,
		.r_info = ELF64_R_INFO(type == RELOCATION_NONE ? 0 : ELF64_R_SYM(place->self.r_info), type),
		.r_addend = addend };

	program_set_relocation(rewrite->program, place->table, place->number, relocation);
}

bool place_write_distance(const struct rewrite *rewrite, uint64_t address, uint64_t target, int64_t addend)
{
	unsigned char *field = place_bytes(rewrite, address, 4);
	int64_t distance = (int64_t)(target + (uint64_t)addend - address);
	int32_t value = (int32_t)distance;

	if (!field || value != distance)
		return false;
	memcpy(field, &value, sizeof(value));
	return true;
}

/* The kernel does not let a process in kernel mode write to memory that it can execute. */
static bool is_in_code_segment(const struct rewrite *rewrite, uint64_t address)
{
	const GElf_Phdr *segment = program_segment(rewrite->program, address);

	return segment && segment->p_flags & PF_X;
}

/* The binder makes one run of pages writable for a while. */
static bool add_constant(struct rewrite *rewrite, uint64_t address)
{
	struct segment_pages *pages = rewrite->constants;
	const GElf_Phdr *segment = program_segment(rewrite->program, address);
	uint64_t start = address & -(uint64_t)PAGE;
	uint64_t end = ((address + rewrite->program->form->word - 1) | (PAGE - 1)) + 1;

	if (!segment || (pages->size && segment != rewrite->constants_segment))
		return false;
	rewrite->constants_segment = segment;
	if (pages->size) {
		start = pages->start < start ? pages->start : start;
		end = pages->start + pages->size > end ? pages->start + pages->size : end;
	}
	if (end - start > UINT32_MAX)
		return false;
	*pages = (struct segment_pages){ start, end - start, segment->p_flags };
	return true;
}

int32_t place_content(const struct rewrite *rewrite, uint64_t address)
{
	const unsigned char *field = image_at_address(&rewrite->program->image, address, sizeof(int32_t));
	int32_t content = 0;

	if (field)
		memcpy(&content, field, sizeof(content));
	return content;
}

/* The binder finds it by 32 bits, which are all that there is where pointers have as many. */
static bool is_in_reach(const struct rewrite *rewrite, uint64_t target, size_t word)
{
	const int64_t reach = INT32_MAX - (1 << 24), distance = (int64_t)(target - rewrite->segment->address);

	return word == sizeof(uint32_t) || (distance >= -reach && distance <= reach);
}

int place_rewrite_pointer(struct rewrite *rewrite, const struct place *place)
{
	const struct import *import = place->import;
	bool data = import->kind == KML_KIND_DATA;
	uint64_t target = data ? 0 : segment_stub(rewrite->segment, import) + place->self.r_addend;
	size_t word = rewrite->program->form->word;
	unsigned char *field = place_bytes(rewrite, place->address, word);
	bool is_constant = !program_writable(rewrite->program, place->address);

	if (!field)
		return place_refuse(rewrite, place, "is outside of the file");
	if (place->code && (data || rewrite->program->position_independent))
		return place_refuse(rewrite, place, "is in code, and only the binder could write it: compile with -fPIC");
	/* With kept relocations, nobody goes through the procedure linkage table any more. */
	if (data || rewrite->program->position_independent || (place->of_plt && !rewrite->program->kept_count)) {
		if (is_constant && is_in_code_segment(rewrite, place->address))
			return place_refuse(rewrite, place, "is in read-only data in one segment with code, which nobody can "
				"write: compile with -fPIE, or link with -z separate-code");
		if (is_constant && !add_constant(rewrite, place->address))
			return place_refuse(rewrite, place, "is in read-only data, and in another segment than others like it");
		if (!data && !is_in_reach(rewrite, target, word))
			return place_refuse(rewrite, place, "is too far from the function");
		if (data)
			segment_add_fixup(rewrite->segment, place->address, import, place->self.r_addend);
		else
			segment_add_pointer(rewrite->segment, place->address, target);
	}
	/* For the dynamic linker's lazy binding, which adds where the program is. */
	memcpy(field, &target, word);
	return 0;
}

/* ld.bfd writes the version of a library's name into the name, and the name may be one that is asked for. */
static const struct import *find_import(const struct rewrite *rewrite, const char *name)
{
	const char *version = strchr(name, '@');
	char plain[513];
	const struct import *import;

	if (!version)
		return import_find(rewrite->imports, name);
	if ((size_t)(version - name) >= sizeof(plain))
		return NULL;
	snprintf(plain, sizeof(plain), "%.*s", (int)(version - name), name);
	import = import_find(rewrite->imports, plain);
	return import && import->chosen ? import : NULL;
}

/* Import that a symbol stands for, or NULL. */
const struct import *place_import(const struct rewrite *rewrite, const struct symbols *symbols, size_t number)
{
	GElf_Sym symbol;

	if (number == 0 || number >= symbols->count)
		return NULL;
	symbol = symbol_at(symbols, number);
	/* Local ones too: see open_names.h. */
	if (symbol.st_shndx != SHN_UNDEF)
		return NULL;
	return find_import(rewrite, symbol_name(symbols, &symbol));
}

static size_t section_at(const struct program *program, uint64_t address)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		const GElf_Shdr *section = &program->image.sections[i];

		if (section->sh_flags & SHF_ALLOC && !(section->sh_flags & SHF_TLS) && address >= section->sh_addr &&
				address - section->sh_addr < section->sh_size)
			return i;
	}
	return 0;
}

static void describe(const struct rewrite *rewrite, size_t section, struct place *place)
{
	place->section = image_section_name(&rewrite->program->image, section);
	place->code = section && rewrite->program->image.sections[section].sh_flags & SHF_EXECINSTR;
}

/* By the dynamic linker: nothing of it may be left that asks for the name. */
static int rewrite_dynamic(struct rewrite *rewrite, const struct relocation_table *table, size_t number)
{
	struct program *program = rewrite->program;
	const struct linked_relocations *types = &program->arch->linked->relocations;
	bool plt = table == &program->plt_relocations;
	struct place place = { .table = table, .number = number, .self = program_relocation(program, table, number),
		.of_plt = plt };
	int result;

	place.type = ELF64_R_TYPE(place.self.r_info);
	place.address = place.self.r_offset;
	/* ld.bfd leaves such entries for names that it drops; lazy binding does not take them. */
	if (plt && place.type == RELOCATION_NONE) {
		place.self.r_info = 0;
		place_set_relocation(rewrite, &place, segment_spare(rewrite->segment), types->jump_slot, 0);
		return 0;
	}
	place.import = place_import(rewrite, &program->dynamic_symbols, ELF64_R_SYM(place.self.r_info));
	if (!place.import)
		return 0;
	describe(rewrite, section_at(program, place.address), &place);
	if (place.type == types->jump_slot && place.import->kind == KML_KIND_DATA)
		return place_refuse(rewrite, &place, "calls or jumps to a variable of the kernel");
	if (place.type == types->table_entry)
		rewrite->table_entries[place.import - rewrite->imports->list] = place.address;
	if (place.type == types->jump_slot || place.type == types->table_entry) {
		place.type = types->word;
		place.self.r_addend = 0;
	} else if (place.type == types->word && program->form->relocations == SHT_REL) {
		place.self.r_addend = place_content(rewrite, place.address);
	}
	result = types->rewrite(rewrite, &place);
	if (result < 0)
		return result;
	if (place.type == types->word)
		rewrite->done[rewrite->done_count++] = place.address;
	place.self.r_info = 0;
	/* The entries of the procedure linkage table count on their number, so this one has to stay. */
	if (plt)
		place_set_relocation(rewrite, &place, place.address, types->jump_slot, 0);
	else /* eu-elflint does not like one that does nothing here, and says so */
		place_set_relocation(rewrite, &place, segment_spare(rewrite->segment), types->word, 0);
	return 0;
}

static int compare_addresses(const void *one, const void *other)
{
	uint64_t first = *(const uint64_t *)one, second = *(const uint64_t *)other;

	return first < second ? -1 : first > second;
}

static int rewrite_all_dynamic(struct rewrite *rewrite)
{
	struct program *program = rewrite->program;
	int result = 0;

	rewrite->done = calloc(program->relocations.count + program->plt_relocations.count + 1, sizeof(*rewrite->done));
	if (!rewrite->done)
		return err_set(rewrite->err, ENOMEM, "out of memory");
	for (size_t i = 0; result == 0 && i < program->plt_relocations.count; i++)
		result = rewrite_dynamic(rewrite, &program->plt_relocations, i);
	for (size_t i = 0; result == 0 && i < program->relocations.count; i++)
		result = rewrite_dynamic(rewrite, &program->relocations, i);
	qsort(rewrite->done, rewrite->done_count, sizeof(*rewrite->done), compare_addresses);
	return result;
}

static int rewrite_kept(struct rewrite *rewrite, const struct relocation_table *table)
{
	struct program *program = rewrite->program;
	const struct linked_relocations *types = &program->arch->linked->relocations;
	struct place place = { .table = table };

	/* Debug information. */
	if (!(program->image.sections[table->section].sh_flags & SHF_ALLOC))
		return 0;
	describe(rewrite, table->section, &place);
	for (; place.number < table->count; place.number++) {
		int result;

		place.self = program_relocation(program, table, place.number);
		place.type = ELF64_R_TYPE(place.self.r_info);
		place.address = place.self.r_offset;
		place.import = place_import(rewrite, &program->symbols, ELF64_R_SYM(place.self.r_info));
		if (!place.import)
			continue;
		if (place.type == types->word && rewrite->done_count && bsearch(&place.address, rewrite->done,
				rewrite->done_count, sizeof(*rewrite->done), compare_addresses))
			result = 0;
		else
			result = types->rewrite(rewrite, &place);
		if (result < 0)
			return result;
	}
	return 0;
}

struct marked {
	uint64_t *list;
	size_t count;
};

/* Every place that the binder writes. */
static bool collect_written(const struct segment *segment, struct marked *ret)
{
	size_t fixups = segment->fixups.size / 16, pointers = segment->pointers.size / 8;
	const struct buffer *const tables[] = { &segment->fixups, &segment->pointers };

	ret->list = calloc(fixups + pointers + 1, sizeof(*ret->list));
	if (!ret->list || segment->fixups.failed || segment->pointers.failed)
		return false;
	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; at < tables[i]->size; at += i ? 8 : 16) {
			int32_t distance;

			memcpy(&distance, tables[i]->bytes + at, sizeof(distance));
			ret->list[ret->count++] = segment->address + at + distance;
		}
	qsort(ret->list, ret->count, sizeof(*ret->list), compare_addresses);
	return true;
}

/*
 * A static program that moves relocates itself after the binder has run: what
 * would overwrite the binder's pointers gets another place to write to.
 */
static int divert_relative(struct rewrite *rewrite)
{
	struct program *program = rewrite->program;
	_cleanup_free_ uint64_t *list = NULL;
	struct marked marked = {};

	if (!collect_written(rewrite->segment, &marked)) {
		free(marked.list);
		return err_set(rewrite->err, ENOMEM, "out of memory");
	}
	list = marked.list;
	for (size_t i = 0; marked.count && i < program->relocations.count; i++) {
		Elf64_Rela relocation = program_relocation(program, &program->relocations, i);

		if (ELF64_R_TYPE(relocation.r_info) != rewrite->program->arch->linked->relocations.relative ||
				!bsearch(&relocation.r_offset, list, marked.count, sizeof(*list), compare_addresses))
			continue;
		relocation.r_offset = segment_spare(rewrite->segment);
		program_set_relocation(program, &program->relocations, i, relocation);
	}
	return marked.count ? packed_drop(program, marked.list, marked.count, rewrite->err) : 0;
}

int places_rewrite(struct program *program, const struct imports *imports, struct segment *segment, bool *used,
	struct segment_pages *constants, struct kml_err *err)
{
	struct rewrite rewrite = { .program = program, .imports = imports, .segment = segment, .used = used,
		.constants = constants, .err = err };
	const struct linked_relocations *types = &program->arch->linked->relocations;
	int result = 0;

	rewrite.code_map = types->map_code(program);
	rewrite.table_entries = calloc(imports->count + 1, sizeof(*rewrite.table_entries));
	if (!rewrite.code_map || !rewrite.table_entries)
		result = err_set(err, ENOMEM, "out of memory");
	if (result == 0)
		result = rewrite_all_dynamic(&rewrite);
	for (size_t i = 0; result == 0 && i < program->kept_count; i++)
		result = rewrite_kept(&rewrite, &program->kept[i]);
	if (result == 0)
		result = divert_relative(&rewrite);
	free(rewrite.done);
	free(rewrite.table_entries);
	types->free_code_map(rewrite.code_map);
	return result;
}
