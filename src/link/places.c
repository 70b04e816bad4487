// SPDX-License-Identifier: GPL-2.0-or-later
#include "places.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "functions.h"
#include "got_code.h"
#include "instruction.h"
#include "relocation_name.h"
#include "source_line.h"
#include "thunk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct rewrite {
	struct program *program;
	const struct imports *imports;
	struct segment *segment;
	struct functions functions;
	uint64_t *done; /* places of pointers that the dynamic linker's relocations were about; sorted */
	size_t done_count;
	bool *used;
	struct segment_pages *constants;
	const GElf_Phdr *constants_segment;
	struct kml_err *err;
};

enum { PAGE = 4096 };

/* One relocation about an import. */
struct place {
	const struct relocation_table *table;
	size_t number;
	Elf64_Rela self;
	unsigned int type;
	uint64_t address;
	const struct import *import;
	const char *section; /* for messages */
	bool code;
};

static int refuse(const struct rewrite *rewrite, const struct place *place, const char *problem)
{
	char spare[32], line[SOURCE_LINE_SIZE];

	source_line(&rewrite->program->image, 0, place->address, line);
	return err_set(rewrite->err, ENOTSUP, "%s: %s%s%s: address 0x%" PRIx64 ": use of '%s' (%s) %s",
		rewrite->program->name, line, *line ? ": " : "", *place->section ? place->section : "segment", place->address, place->import->name,
		relocation_name(EM_X86_64, place->type, spare), problem);
}

static unsigned char *bytes_at(const struct rewrite *rewrite, uint64_t address, uint64_t size)
{
	return program_at(rewrite->program, address, size);
}

static void set_relocation(struct rewrite *rewrite, const struct place *place, uint64_t offset, unsigned int type,
	int64_t addend)
{
	Elf64_Rela relocation = { .r_offset = offset,
		.r_info = ELF64_R_INFO(type == R_X86_64_NONE ? 0 : ELF64_R_SYM(place->self.r_info), type),
		.r_addend = addend };

	program_set_relocation(rewrite->program, place->table, place->number, relocation);
}

static bool write_distance(const struct rewrite *rewrite, uint64_t address, uint64_t target, int64_t addend)
{
	unsigned char *field = bytes_at(rewrite, address, 4);
	int64_t distance = (int64_t)(target + (uint64_t)addend - address);
	int32_t value = (int32_t)distance;

	if (!field || value != distance)
		return false;
	memcpy(field, &value, sizeof(value));
	return true;
}

/* The binder makes one run of pages writable for a while. */
static bool add_constant(struct rewrite *rewrite, uint64_t address)
{
	struct segment_pages *pages = rewrite->constants;
	const GElf_Phdr *segment = program_segment(rewrite->program, address);
	uint64_t start = address & -(uint64_t)PAGE, end = ((address + 7) | (PAGE - 1)) + 1;

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

/* A pointer of 8 bytes. Those to data of the kernel, and all in programs that move, only the binder can set. */
static int rewrite_pointer(struct rewrite *rewrite, const struct place *place)
{
	const struct import *import = place->import;
	uint64_t target = segment_stub(rewrite->segment, import) + place->self.r_addend;
	unsigned char *field = bytes_at(rewrite, place->address, 8);

	if (!field)
		return refuse(rewrite, place, "is outside of the file");
	if (place->code)
		return refuse(rewrite, place, "is in code, and only the binder could write it: compile with -fPIC");
	if (import->kind != KML_KIND_DATA && !rewrite->program->position_independent) {
		memcpy(field, &target, sizeof(target));
		return 0;
	}
	if (!program_writable(rewrite->program, place->address) && !add_constant(rewrite, place->address))
		return refuse(rewrite, place, "is in read-only data, and in another segment than others like it");
	if (import->kind == KML_KIND_DATA)
		segment_add_fixup(rewrite->segment, place->address, import, place->self.r_addend);
	else
		segment_add_pointer(rewrite->segment, place->address, target);
	/* For the dynamic linker's lazy binding, which adds where the program is. */
	target = import->kind == KML_KIND_DATA ? 0 : target;
	memcpy(field, &target, sizeof(target));
	return 0;
}

/* Other relocations of the instruction that has moved away say nothing true any more. */
static void drop_neighbours(struct rewrite *rewrite, const struct place *place, uint64_t start, size_t length)
{
	size_t first = place->number > 1 ? place->number - 1 : 0;

	for (size_t i = first; i < place->table->count && i <= place->number + 1; i++) {
		Elf64_Rela relocation = program_relocation(rewrite->program, place->table, i);

		if (relocation.r_offset > start && relocation.r_offset < start + length)
			program_set_relocation(rewrite->program, place->table, i,
				(Elf64_Rela){ .r_offset = start, .r_info = ELF64_R_INFO(0, R_X86_64_NONE) });
	}
}

/* Where the instruction has another operand that is relative to RIP, besides the one at field; 0 if none. */
static size_t other_relative(const unsigned char *code, size_t size, size_t field, int32_t *ret)
{
	struct instruction instruction;
	size_t at;

	if (!instruction_decode(code, size, &instruction) || !instruction.memory ||
			instruction.memory->mem.base != ZYDIS_REGISTER_RIP)
		return 0;
	at = instruction.head.raw.disp.offset;
	if (at == field)
		return 0;
	memcpy(ret, code + at, sizeof(*ret));
	return at;
}

/* An instruction that reads or writes a variable of the kernel, or takes its address. */
static int rewrite_instruction(struct rewrite *rewrite, const struct place *place)
{
	struct instruction_place at;
	struct thunk_site site;
	struct thunk thunk;
	const char *problem;
	unsigned char *code;
	uint64_t thunk_address;
	int32_t other = 0;
	size_t offset;

	if (!functions_find(&rewrite->functions, place->address, &at))
		return refuse(rewrite, place, "is in no instruction that can be decoded");
	code = bytes_at(rewrite, at.address, at.room);
	site = (struct thunk_site){ .code = code, .code_size = at.room, .field = place->address - at.address,
		.addend = place->self.r_addend,
		.pc_relative = place->type == R_X86_64_PC32 || place->type == R_X86_64_PLT32 };
	if (code)
		site.other_field = other_relative(code, at.room, site.field, &other);
	problem = code ? thunk_make(&site, &thunk) : "is outside of the file";
	if (problem) {
		char text[256];

		snprintf(text, sizeof(text), "is in an instruction that %s", problem);
		return refuse(rewrite, place, text);
	}
	if (thunk.in_place) {
		memcpy(code, thunk.code, thunk.size);
		set_relocation(rewrite, place, place->address, R_X86_64_PC32, -4);
		return write_distance(rewrite, place->address, segment_slot(rewrite->segment, place->import), -4) ? 0 :
			refuse(rewrite, place, "is too far from its slot");
	}
	thunk_address = segment_add_code(rewrite->segment, thunk.code, thunk.size);
	offset = thunk_address - rewrite->segment->address;
	segment_set_distance(rewrite->segment, offset + thunk.slot_field,
		segment_slot(rewrite->segment, place->import), -4);
	segment_set_distance(rewrite->segment, offset + thunk.back_field, at.address + thunk.instruction_length, -4);
	/* What the other operand leads to stays where it is. */
	if (site.other_field)
		segment_set_distance(rewrite->segment, offset + thunk.other_field,
			at.address + thunk.instruction_length + (int64_t)other,
			thunk.other_adjust - (int64_t)(thunk.instruction_length - site.other_field));
	drop_neighbours(rewrite, place, at.address, thunk.instruction_length);
	code[0] = 0xe9; /* jmp */
	memset(code + 5, 0x90, thunk.instruction_length - 5);
	return write_distance(rewrite, at.address + 1, thunk_address, -4) ? 0 :
		refuse(rewrite, place, "is too far from what replaces it");
}

/* An instruction that compares with the address of a function, for example: the table's entry gets that. */
static int rewrite_table_entry(struct rewrite *rewrite, const struct place *place, const unsigned char *field)
{
	struct place entry = *place;
	int32_t distance;

	memcpy(&distance, field, sizeof(distance));
	entry.address = place->address + 4 + (int64_t)distance;
	entry.code = false;
	entry.self.r_addend = 0;
	return rewrite_pointer(rewrite, &entry);
}

static int rewrite_function_use(struct rewrite *rewrite, const struct place *place)
{
	uint64_t stub = segment_stub(rewrite->segment, place->import);
	int64_t value = (int64_t)(stub + place->self.r_addend);
	struct instruction_place at;
	unsigned char *field;

	switch (place->type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		if (place->code && functions_find(&rewrite->functions, place->address, &at) &&
				thunk_accesses_memory(bytes_at(rewrite, at.address, at.room), at.room,
				place->address - at.address))
			return refuse(rewrite, place, "treats it as a variable, but the kernel has a function of that name");
		return write_distance(rewrite, place->address, stub, place->self.r_addend) ? 0 :
			refuse(rewrite, place, "is too far from its stub");
	case R_X86_64_32:
	case R_X86_64_32S:
		field = bytes_at(rewrite, place->address, 4);
		if (rewrite->program->position_independent || !field || value != (int32_t)value)
			return refuse(rewrite, place, "has no room for an address");
		memcpy(field, &(int32_t){ (int32_t)value }, 4);
		return 0;
	default:
		return refuse(rewrite, place, "is of a kind that is not supported");
	}
}

/* The instruction would have read the address from the global offset table: now from the slot, or it takes the stub's. */
static int rewrite_got_use(struct rewrite *rewrite, const struct place *place)
{
	bool data = place->import->kind == KML_KIND_DATA;
	unsigned char *code = bytes_at(rewrite, place->address - 3, 7);
	int shift;

	if (!place->code || !code || place->self.r_addend != -4)
		return refuse(rewrite, place, "is in no instruction that is known here");
	shift = got_code_change(code + 3, place->type == R_X86_64_REX_GOTPCRELX, data);
	if (shift > 0 && !data && got_code_reads_table(code + 3))
		return rewrite_table_entry(rewrite, place, code + 3);
	/* mold 1.10 writes zeros over instructions that it cannot improve. */
	if (shift > 0 && code[0] == 0 && code[1] == 0 && code[2] == 0)
		return refuse(rewrite, place, "was an instruction that the linker has destroyed: use another linker");
	/* The linker has made an immediate operand of it. */
	if (shift > 0) {
		struct place immediate = *place;

		immediate.type = R_X86_64_32S;
		immediate.self.r_addend = 0;
		return data ? rewrite_instruction(rewrite, &immediate) : rewrite_function_use(rewrite, &immediate);
	}
	set_relocation(rewrite, place, place->address + shift, R_X86_64_PC32, -4);
	return write_distance(rewrite, place->address + shift, data ? segment_slot(rewrite->segment, place->import) :
		segment_stub(rewrite->segment, place->import), -4) ? 0 :
		refuse(rewrite, place, "is too far from what replaces it");
}

static int rewrite_data_use(struct rewrite *rewrite, const struct place *place)
{
	switch (place->type) {
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_32:
	case R_X86_64_32S:
		return place->code ? rewrite_instruction(rewrite, place) :
			refuse(rewrite, place, "in data has no room for an address of the kernel");
	default:
		return refuse(rewrite, place, "is of a kind that is not supported");
	}
}

static int rewrite_place(struct rewrite *rewrite, const struct place *place)
{
	rewrite->used[place->import - rewrite->imports->list] = true;
	switch (place->type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
		if (place->code && place->import->kind == KML_KIND_DATA)
			return rewrite_instruction(rewrite, place);
		return rewrite_pointer(rewrite, place);
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return rewrite_got_use(rewrite, place);
	case R_X86_64_COPY:
		return refuse(rewrite, place, "wants a copy of it, which would not be the kernel's: link with -z "
			"nocopyreloc, or compile with -fPIC");
	default:
		return place->import->kind == KML_KIND_DATA ? rewrite_data_use(rewrite, place) :
			rewrite_function_use(rewrite, place);
	}
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
static const struct import *symbol_import(const struct rewrite *rewrite, const struct symbols *symbols, size_t number)
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
	bool plt = table == &program->plt_relocations;
	struct place place = { .table = table, .number = number, .self = program_relocation(program, table, number) };
	int result;

	place.type = ELF64_R_TYPE(place.self.r_info);
	place.address = place.self.r_offset;
	/* ld.bfd leaves such entries for names that it drops; lazy binding does not take them. */
	if (plt && place.type == R_X86_64_NONE) {
		place.self.r_info = 0;
		set_relocation(rewrite, &place, segment_spare(rewrite->segment), R_X86_64_JUMP_SLOT, 0);
		return 0;
	}
	place.import = symbol_import(rewrite, &program->dynamic_symbols, ELF64_R_SYM(place.self.r_info));
	if (!place.import)
		return 0;
	describe(rewrite, section_at(program, place.address), &place);
	if (place.type == R_X86_64_JUMP_SLOT && place.import->kind == KML_KIND_DATA)
		return refuse(rewrite, &place, "calls or jumps to a variable of the kernel");
	if (place.type == R_X86_64_JUMP_SLOT || place.type == R_X86_64_GLOB_DAT) {
		place.type = R_X86_64_64;
		place.self.r_addend = 0;
	}
	result = rewrite_place(rewrite, &place);
	if (result < 0)
		return result;
	if (place.type == R_X86_64_64)
		rewrite->done[rewrite->done_count++] = place.address;
	place.self.r_info = 0;
	/* The entries of the procedure linkage table count on their number, so this one has to stay. */
	if (plt)
		set_relocation(rewrite, &place, place.address, R_X86_64_JUMP_SLOT, 0);
	else /* eu-elflint does not like R_X86_64_NONE here, and says so */
		set_relocation(rewrite, &place, segment_spare(rewrite->segment), R_X86_64_64, 0);
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
		place.import = symbol_import(rewrite, &program->symbols, ELF64_R_SYM(place.self.r_info));
		if (!place.import)
			continue;
		if (place.type == R_X86_64_64 && rewrite->done_count && bsearch(&place.address, rewrite->done,
				rewrite->done_count, sizeof(*rewrite->done), compare_addresses))
			result = 0;
		else
			result = rewrite_place(rewrite, &place);
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
	uint64_t packed;

	if (!collect_written(rewrite->segment, &marked)) {
		free(marked.list);
		return err_set(rewrite->err, ENOMEM, "out of memory");
	}
	list = marked.list;
	if (marked.count && program_dynamic(program, DT_RELR, &packed))
		return err_set(rewrite->err, ENOTSUP, "%s: has packed relocations (DT_RELR): link with "
			"-z nopack-relative-relocs", program->name);
	for (size_t i = 0; marked.count && i < program->relocations.count; i++) {
		Elf64_Rela relocation = program_relocation(program, &program->relocations, i);

		if (ELF64_R_TYPE(relocation.r_info) != R_X86_64_RELATIVE ||
				!bsearch(&relocation.r_offset, list, marked.count, sizeof(*list), compare_addresses))
			continue;
		relocation.r_offset = segment_spare(rewrite->segment);
		program_set_relocation(program, &program->relocations, i, relocation);
	}
	return 0;
}

int places_rewrite(struct program *program, const struct imports *imports, struct segment *segment, bool *used,
	struct segment_pages *constants, struct kml_err *err)
{
	struct rewrite rewrite = { .program = program, .imports = imports, .segment = segment, .used = used,
		.constants = constants, .err = err };
	int result = functions_collect(program, &rewrite.functions, err);

	if (result == 0)
		result = rewrite_all_dynamic(&rewrite);
	for (size_t i = 0; result == 0 && i < program->kept_count; i++)
		result = rewrite_kept(&rewrite, &program->kept[i]);
	if (result == 0)
		result = divert_relative(&rewrite);
	free(rewrite.done);
	functions_free(&rewrite.functions);
	return result;
}

/* Does the instruction go to the first bytes of the address space, where no code and no data of a program is? */
static bool goes_nowhere(const struct instruction *instruction, uint64_t address)
{
	enum { NOWHERE = 64 };
	uint64_t next = address + instruction->head.length;

	if (instruction->immediate && instruction->immediate->imm.is_relative)
		return next + instruction->immediate->imm.value.s < NOWHERE;
	if (!instruction->memory || instruction->memory->mem.type == ZYDIS_MEMOP_TYPE_AGEN)
		return false;
	if (instruction->memory->mem.base == ZYDIS_REGISTER_RIP)
		return next + instruction->memory->mem.disp.value < NOWHERE;
	return instruction->memory->mem.base == ZYDIS_REGISTER_NONE &&
		instruction->memory->mem.index == ZYDIS_REGISTER_NONE &&
		instruction->memory->mem.segment != ZYDIS_REGISTER_FS &&
		instruction->memory->mem.segment != ZYDIS_REGISTER_GS &&
		(uint64_t)instruction->memory->mem.disp.value < NOWHERE;
}

int places_check_lost(const struct program *program, struct kml_err *err)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		const GElf_Shdr *section = &program->image.sections[i];
		const unsigned char *code;

		if (!(section->sh_flags & SHF_EXECINSTR) || section->sh_type != SHT_PROGBITS)
			continue;
		code = program_at(program, section->sh_addr, section->sh_size);
		for (uint64_t at = 0; code && at < section->sh_size;) {
			struct instruction instruction;
			char line[SOURCE_LINE_SIZE];

			if (!instruction_decode(code + at, section->sh_size - at, &instruction)) {
				at++;
				continue;
			}
			if (goes_nowhere(&instruction, section->sh_addr + at)) {
				source_line(&program->image, 0, section->sh_addr + at, line);
				return err_set(err, ENOTSUP, "%s: %s%s%s: address 0x%" PRIx64 ": the linker has bound an undefined "
					"name to address 0 and kept nothing of it: link with -Wl,--emit-relocs", program->name, line,
					*line ? ": " : "", image_section_name(&program->image, i), section->sh_addr + at);
			}
			at += instruction.head.length;
		}
	}
	return 0;
}
