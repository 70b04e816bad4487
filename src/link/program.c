// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include "arch.h"
#include "common/cleanup.h"
#include "common/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_SIZE_MAX ((size_t)2 << 30)

int program_is(const char *path, struct kml_err *err)
{
	Elf *elf;
	GElf_Ehdr header;
	int result = image_map(path, PROGRAM_SIZE_MAX, &elf, err);

	if (result < 0)
		return result;
	result = elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
		(header.e_type == ET_EXEC || header.e_type == ET_DYN);
	elf_end(elf);
	return result;
}

int program_machine(const char *path, unsigned int *ret, struct kml_err *err)
{
	_cleanup_(image_close) struct image image = {};
	int result = image_open(path, path, PROGRAM_SIZE_MAX, &image, err);

	if (result == 0)
		*ret = image.header.e_machine;
	return result;
}

uint64_t program_offset(const struct program *program, uint64_t address, uint64_t size)
{
	const unsigned char *at = image_at_address(&program->image, address, size);

	return at ? (uint64_t)(at - program->image.bytes) : 0;
}

unsigned char *program_at(const struct program *program, uint64_t address, uint64_t size)
{
	const unsigned char *at = image_at_address(&program->image, address, size);

	return at ? program->bytes + (at - program->image.bytes) : NULL;
}

const GElf_Phdr *program_segment(const struct program *program, uint64_t address)
{
	for (size_t i = 0; i < program->image.segment_count; i++) {
		const GElf_Phdr *segment = &program->image.segments[i];

		if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
				address - segment->p_vaddr < segment->p_memsz)
			return segment;
	}
	return NULL;
}

const GElf_Shdr *program_code_section(const struct program *program, uint64_t address)
{
	for (size_t i = 1; i < program->image.section_count; i++) {
		const GElf_Shdr *section = &program->image.sections[i];

		if (section->sh_flags & SHF_EXECINSTR && section->sh_type == SHT_PROGBITS && address >= section->sh_addr &&
				address - section->sh_addr < section->sh_size)
			return section;
	}
	return NULL;
}

bool program_writable(const struct program *program, uint64_t address)
{
	const GElf_Phdr *segment = program_segment(program, address);

	return segment && segment->p_flags & PF_W;
}

static Elf64_Dyn dynamic_at(const struct program *program, size_t number)
{
	return form_dynamic(program->form, program->bytes + program->dynamic + number * program->form->dynamic);
}

static void put_dynamic(struct program *program, size_t number, const Elf64_Dyn *entry)
{
	form_put_dynamic(program->form, program->bytes + program->dynamic + number * program->form->dynamic, entry);
}

bool program_dynamic(const struct program *program, int64_t tag, uint64_t *ret)
{
	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_at(program, i);

		if (entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == tag) {
			*ret = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

bool program_dynamic_entry(const struct program *program, size_t number, Elf64_Dyn *ret)
{
	if (number >= program->dynamic_count)
		return false;
	*ret = dynamic_at(program, number);
	return ret->d_tag != DT_NULL;
}

bool program_insert_dynamic(struct program *program, int64_t tag, uint64_t value)
{
	const Elf64_Dyn entry = { .d_tag = tag, .d_un.d_val = value };
	size_t end = 0;

	while (end < program->dynamic_count && dynamic_at(program, end).d_tag != DT_NULL)
		end++;
	/* The last one has to stay the end. */
	if (end + 1 >= program->dynamic_count)
		return false;
	memmove(program->bytes + program->dynamic + program->form->dynamic, program->bytes + program->dynamic,
		end * program->form->dynamic);
	put_dynamic(program, 0, &entry);
	return true;
}

bool program_set_dynamic(struct program *program, int64_t tag, uint64_t value)
{
	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_at(program, i);

		/* The last one has to stay the end. */
		if (entry.d_tag == DT_NULL && i + 1 == program->dynamic_count)
			return false;
		if (entry.d_tag != tag && entry.d_tag != DT_NULL)
			continue;
		entry = (Elf64_Dyn){ .d_tag = tag, .d_un.d_val = value };
		put_dynamic(program, i, &entry);
		return true;
	}
	return false;
}

void program_drop_dynamic(struct program *program, int64_t tag)
{
	size_t kept = 0;

	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn entry = dynamic_at(program, i);

		if (entry.d_tag != tag)
			put_dynamic(program, kept++, &entry);
	}
	memset(program->bytes + program->dynamic + kept * program->form->dynamic, 0,
		(program->dynamic_count - kept) * program->form->dynamic);
}

Elf64_Rela program_relocation(const struct program *program, const struct relocation_table *table, size_t number)
{
	return form_relocation(program->form, program->bytes + table->offset + number * program->form->relocation);
}

void program_set_relocation(struct program *program, const struct relocation_table *table, size_t number,
	Elf64_Rela relocation)
{
	form_put_relocation(program->form, program->bytes + table->offset + number * program->form->relocation, &relocation);
}

static int malformed(const struct program *program, const char *what, struct kml_err *err)
{
	return err_set(err, EINVAL, "%s: %s: malformed, or outside of the file", program->name, what);
}

/*
 * Segments in order, apart from each other, with offsets that fit their addresses, as loaders take for granted. Those
 * that are empty, as objcopy may leave them behind, loaders pass over.
 */
static int check_segments(const struct program *program, struct kml_err *err)
{
	const struct image *image = &program->image;
	uint64_t end = 0;
	bool starts = false;

	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];

		if (segment->p_type != PT_LOAD)
			continue;
		if (segment->p_vaddr < end || segment->p_memsz < segment->p_filesz ||
				segment->p_vaddr > INT64_MAX || segment->p_memsz > INT64_MAX - segment->p_vaddr ||
				(segment->p_memsz && (segment->p_vaddr - segment->p_offset) % 4096 != 0))
			return err_set(err, EINVAL, "%s: segment %zu: address 0x%" PRIx64 ", size 0x%" PRIx64 " or offset "
				"0x%" PRIx64 " cannot be loaded", image->name, i, segment->p_vaddr, segment->p_memsz,
				segment->p_offset);
		end = segment->p_vaddr + segment->p_memsz;
		starts |= segment->p_offset == 0 && segment->p_filesz >= program->form->header;
	}
	if (!starts)
		return err_set(err, EINVAL, "%s: its headers are in no segment that is loaded", image->name);
	if (image->header.e_phoff < program->form->header)
		return malformed(program, "program headers", err);
	return 0;
}

static int find_table(const struct program *program, int64_t where, int64_t size_tag, struct relocation_table *table,
	struct kml_err *err)
{
	uint64_t address, size;

	if (!program_dynamic(program, where, &address) || !program_dynamic(program, size_tag, &size) || size == 0)
		return 0;
	table->offset = program_offset(program, address, size);
	table->count = size / program->form->relocation;
	if (!table->offset || size % program->form->relocation != 0)
		return malformed(program, "relocations of the dynamic linker", err);
	return 0;
}

static int check_dynamic(struct program *program, struct kml_err *err)
{
	const struct image *image = &program->image;
	const struct form *form = program->form;
	uint64_t value, symbols;
	int result;

	for (size_t i = 0; i < image->segment_count; i++)
		if (image->segments[i].p_type == PT_DYNAMIC) {
			program->dynamic = image->segments[i].p_offset;
			program->dynamic_count = image->segments[i].p_filesz / program->form->dynamic;
		}
	if (program_dynamic(program, form->other_table, &value) ||
			(program_dynamic(program, DT_PLTREL, &value) && value != (uint64_t)form->table))
		return err_set(err, EINVAL, "%s: relocations with%s addends, which %s does not have", image->name,
			form->relocations == SHT_RELA ? "out" : "", program->arch->name);
	result = find_table(program, form->table, form->table_size, &program->relocations, err);
	if (result == 0)
		result = find_table(program, DT_JMPREL, DT_PLTRELSZ, &program->plt_relocations, err);
	if (result == 0)
		result = image_symbol_table(image, SHT_DYNSYM, &program->dynamic_symbols, err);
	if (result < 0)
		return result;
	/* The sections say how many symbols there are, the dynamic section says where; both must mean the same. */
	if (program->dynamic_symbols.count && (!program_dynamic(program, DT_SYMTAB, &symbols) ||
			program_offset(program, symbols, 1) !=
			image->sections[program->dynamic_symbols.section].sh_offset))
		return malformed(program, "symbols of the dynamic linker", err);
	if (program_dynamic(program, DT_VERSYM, &value)) {
		program->versions = program_offset(program, value, program->dynamic_symbols.count * 2);
		if (!program->versions)
			return malformed(program, "versions of symbols", err);
	}
	return 0;
}

/* The linker keeps relocations of a section in ".rela" and its name, if it is asked to. */
static int collect_kept(struct program *program, struct kml_err *err)
{
	const struct image *image = &program->image;

	program->kept = calloc(image->section_count + 1, sizeof(*program->kept));
	if (!program->kept)
		return err_set(err, ENOMEM, "%s: out of memory", image->name);
	for (size_t i = 1; i < image->section_count; i++) {
		const GElf_Shdr *section = &image->sections[i];

		if (section->sh_type != program->form->relocations || section->sh_flags & SHF_ALLOC)
			continue;
		if (section->sh_entsize != program->form->relocation || section->sh_size % program->form->relocation != 0 ||
				section->sh_info == 0 || section->sh_info >= image->section_count ||
				section->sh_link != program->symbols.section)
			return malformed(program, image_section_name(image, i), err);
		program->kept[program->kept_count++] = (struct relocation_table){ .offset = section->sh_offset,
			.count = section->sh_size / program->form->relocation, .section = section->sh_info };
	}
	return 0;
}

static int check_symbols(const struct program *program, const struct symbols *symbols, struct kml_err *err)
{
	for (size_t i = 0; i < symbols->count; i++)
		if (symbol_at(symbols, i).st_name >= symbols->strings_size)
			return err_set(err, EINVAL, "%s: section %zu: symbol %zu: name is outside its table", program->name,
				symbols->section, i);
	return 0;
}

static int check(struct program *program, struct kml_err *err)
{
	const struct image *image = &program->image;
	uint64_t flags = 0;
	int result;

	if (image->header.e_type != ET_EXEC && image->header.e_type != ET_DYN)
		return err_set(err, EINVAL, "%s: neither a program nor a shared library (ELF type %u)", image->name,
			image->header.e_type);
	program->form = form_of(&image->header);
	program->arch = link_arch_of(image->header.e_machine);
	if (image->segment_count == 0)
		return malformed(program, "program headers", err);
	/* The dynamic section alone does not say how many symbols there are. */
	if (image->section_count == 0)
		return err_set(err, ENOTSUP, "%s: its section headers have been stripped off, which say what its names are: take "
			"it from before that", image->name);
	program->bytes = (unsigned char *)image->bytes;
	result = check_segments(program, err);
	if (result == 0)
		result = check_dynamic(program, err);
	if (result == 0)
		result = image_symbols(image, &program->symbols, err);
	if (result >= 0)
		result = check_symbols(program, &program->symbols, err);
	if (result == 0)
		result = check_symbols(program, &program->dynamic_symbols, err);
	if (result == 0)
		result = collect_kept(program, err);
	if (result < 0)
		return result;
	program->position_independent = image->header.e_type == ET_DYN;
	/* A program has an interpreter, or says that it is one. */
	program->library = program->position_independent;
	for (size_t i = 0; i < image->segment_count; i++)
		program->library &= image->segments[i].p_type != PT_INTERP;
	if (program_dynamic(program, DT_FLAGS_1, &flags) && flags & DF_1_PIE)
		program->library = false;
	return 0;
}

int program_open(const char *path, struct program *ret, struct kml_err *err)
{
	_cleanup_(program_close) struct program program = { .name = path };
	int result = image_open(path, path, PROGRAM_SIZE_MAX, &program.image, err);

	if (result == 0)
		result = check(&program, err);
	if (result < 0)
		return result;
	*ret = program;
	program = (struct program){};
	return 0;
}

int program_make_changeable(struct program *program, struct kml_err *err)
{
	unsigned char *copy = malloc(program->image.size);

	if (!copy)
		return err_set(err, ENOMEM, "%s: out of memory", program->name);
	program->bytes = memcpy(copy, program->image.bytes, program->image.size);
	return 0;
}

void program_close(struct program *program)
{
	if (program->bytes != program->image.bytes)
		free(program->bytes);
	image_close(&program->image);
	free(program->kept);
	*program = (struct program){};
}
