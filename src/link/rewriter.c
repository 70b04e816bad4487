// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewriter.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "helper_names.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Section numbers of local symbols for sections that do not exist yet; rewriter_finish() replaces them. */
#define SHNDX_THUNKS 0xfff3
#define SHNDX_FIXUPS 0xfff4

/* One table may hold the names of sections and of symbols: clang makes it so. */
static bool shares_names(const struct rewriter *rewriter)
{
	return rewriter->object->symbols.strings_section == rewriter->object->image.section_names;
}

/* Place of a name that is not in the old table. */
static size_t add_section_name(struct rewriter *rewriter, const char *name)
{
	const struct image *image = &rewriter->object->image;
	struct buffer *names = shares_names(rewriter) ? &rewriter->symbol_names : &rewriter->section_names;

	return image->sections[image->section_names].sh_size + buffer_add_string(names, name);
}

static int write_failed(const struct rewriter *rewriter, struct kml_err *err)
{
	return err_set(err, EIO, "%s: cannot write its new form: %s", rewriter->object->name, elf_errmsg(-1));
}

/* A block of content, owned by the caller. What libelf lays out is right for its alignment. */
static bool add_data(Elf_Scn *section, Elf_Type type, void *bytes, size_t size, size_t alignment)
{
	Elf_Data *data = elf_newdata(section);

	if (!data)
		return false;
	data->d_buf = bytes;
	data->d_size = size;
	data->d_type = type;
	data->d_align = alignment ? alignment : 1;
	data->d_version = EV_CURRENT;
	return true;
}

static int copy_section(struct rewriter *rewriter, size_t index, unsigned char **storage, struct kml_err *err)
{
	const struct image *image = &rewriter->object->image;
	GElf_Shdr header = image->sections[index];
	Elf_Scn *copy = elf_newscn(rewriter->elf);
	const Elf_Data *data;

	if (!copy || !gelf_update_shdr(copy, &header))
		return write_failed(rewriter, err);
	if (header.sh_type == SHT_NULL)
		return 0;
	data = image_section_data(image, index);
	if (!data)
		return err_set(err, EINVAL, "%s: section %zu (%s): %s", rewriter->object->name, index,
			image_section_name(image, index), elf_errmsg(-1));
	if (!add_data(copy, data->d_type, data->d_buf ? *storage : NULL, data->d_size, header.sh_addralign))
		return write_failed(rewriter, err);
	if (data->d_buf) {
		memcpy(*storage, data->d_buf, data->d_size);
		*storage += (data->d_size + 7) & ~(size_t)7;
	}
	return 0;
}

static int copy_object(struct rewriter *rewriter, struct kml_err *err)
{
	const struct image *image = &rewriter->object->image;
	GElf_Ehdr header = image->header;
	unsigned char *storage;
	size_t size = 0;

	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_type != SHT_NOBITS && image->sections[i].sh_type != SHT_NULL)
			size += image->sections[i].sh_size;
	if (size > image->size)
		return err_set(err, EINVAL, "%s: sections overlap", rewriter->object->name);
	rewriter->storage = storage = malloc(size + 8 * image->section_count);
	if (!storage)
		return err_set(err, ENOMEM, "%s: out of memory", rewriter->object->name);
	if (!gelf_newehdr(rewriter->elf, header.e_ident[EI_CLASS]))
		return write_failed(rewriter, err);
	header.e_phnum = 0;
	if (!gelf_update_ehdr(rewriter->elf, &header))
		return write_failed(rewriter, err);
	for (size_t i = 1; i < image->section_count; i++) {
		int result = copy_section(rewriter, i, &storage, err);

		if (result < 0)
			return result;
	}
	return 0;
}

int rewriter_open(const struct object *object, const struct imports *imports, const char *path, struct rewriter *ret,
	struct kml_err *err)
{
	_cleanup_(rewriter_close) struct rewriter rewriter = { .object = object, .imports = imports,
		.arch = link_arch_of(object->image.header.e_machine) };
	const struct image *image = &object->image;
	int result;

	rewriter.fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (rewriter.fd < 0)
		return err_errno(err, "%s", path);
	if (image->section_names == 0 || image->section_names >= image->section_count ||
			image->sections[image->section_names].sh_type != SHT_STRTAB)
		return err_set(err, EINVAL, "%s: sections without names", object->name);
	if (image->section_count + 4 >= SHN_LORESERVE)
		return err_set(err, EINVAL, "%s: too many sections", object->name);
	rewriter.section_symbols = calloc(image->section_count, sizeof(*rewriter.section_symbols));
	if (!rewriter.section_symbols)
		return err_set(err, ENOMEM, "%s: out of memory", object->name);
	rewriter.elf = elf_begin(rewriter.fd, ELF_C_WRITE, NULL);
	result = rewriter.elf ? copy_object(&rewriter, err) : write_failed(&rewriter, err);
	if (result < 0)
		return result;
	for (size_t i = 1; i < object->symbols.first_global; i++) {
		const GElf_Sym symbol = symbol_at(&object->symbols, i);

		if (GELF_ST_TYPE(symbol.st_info) == STT_SECTION && symbol.st_shndx < image->section_count &&
				symbol.st_value == 0)
			rewriter.section_symbols[symbol.st_shndx] = i;
	}
	*ret = rewriter;
	rewriter = (struct rewriter){ .fd = -1 };
	return 0;
}

void rewriter_close(struct rewriter *rewriter)
{
	elf_end(rewriter->elf);
	cleanup_close(&rewriter->fd);
	free(rewriter->storage);
	free(rewriter->section_symbols);
	buffer_free(&rewriter->section_names);
	buffer_free(&rewriter->symbol_names);
	buffer_free(&rewriter->locals);
	buffer_free(&rewriter->thunks);
	buffer_free(&rewriter->thunk_relocations);
	buffer_free(&rewriter->fixups);
	buffer_free(&rewriter->fixup_relocations);
	*rewriter = (struct rewriter){ .fd = -1 };
}

GElf_Shdr rewriter_section(const struct rewriter *rewriter, size_t section)
{
	GElf_Shdr header = {};

	gelf_getshdr(elf_getscn(rewriter->elf, section), &header);
	return header;
}

Elf_Data *rewriter_data(const struct rewriter *rewriter, size_t section)
{
	return elf_getdata(elf_getscn(rewriter->elf, section), NULL);
}

void rewriter_make_writable(struct rewriter *rewriter, size_t section, const char *name)
{
	GElf_Shdr header = rewriter_section(rewriter, section);

	header.sh_flags |= SHF_WRITE;
	if (name)
		header.sh_name = add_section_name(rewriter, name);
	gelf_update_shdr(elf_getscn(rewriter->elf, section), &header);
}

static uint32_t add_local(struct rewriter *rewriter, unsigned int section, unsigned int type, uint64_t value)
{
	Elf64_Sym symbol = { .st_info = ELF64_ST_INFO(STB_LOCAL, type), .st_shndx = section, .st_value = value };

	return rewriter->object->symbols.count +
		buffer_add(&rewriter->locals, &symbol, sizeof(symbol)) / sizeof(symbol);
}

static uint32_t add_section_symbol(struct rewriter *rewriter, unsigned int section)
{
	return add_local(rewriter, section, STT_SECTION, 0);
}

uint32_t rewriter_add_function(struct rewriter *rewriter, size_t section, uint64_t place)
{
	return add_local(rewriter, section, STT_FUNC, place);
}

uint32_t rewriter_add_thunk_function(struct rewriter *rewriter, uint64_t place)
{
	return add_local(rewriter, SHNDX_THUNKS, STT_FUNC, place);
}

uint32_t rewriter_section_symbol(struct rewriter *rewriter, size_t section)
{
	if (!rewriter->section_symbols[section])
		rewriter->section_symbols[section] = add_section_symbol(rewriter, section);
	return rewriter->section_symbols[section];
}

uint32_t rewriter_new_section_symbol(struct rewriter *rewriter, enum rewriter_new_section which)
{
	uint32_t *symbol = which == NEW_THUNKS ? &rewriter->thunk_symbol : &rewriter->fixup_symbol;

	if (!*symbol)
		*symbol = add_section_symbol(rewriter, which == NEW_THUNKS ? SHNDX_THUNKS : SHNDX_FIXUPS);
	return *symbol;
}

static uint64_t renumber(const struct rewriter *rewriter, uint64_t number)
{
	const struct symbols *symbols = &rewriter->object->symbols;

	if (number >= symbols->count)
		return number - symbols->count + symbols->first_global;
	return number >= symbols->first_global ? number + rewriter->locals.size / sizeof(Elf64_Sym) : number;
}

static void renumber_relocations(const struct rewriter *rewriter, Elf_Data *data)
{
	GElf_Rela relocation;

	for (int i = 0; gelf_getrela(data, i, &relocation); i++) {
		relocation.r_info = GELF_R_INFO(renumber(rewriter, GELF_R_SYM(relocation.r_info)),
			GELF_R_TYPE(relocation.r_info));
		gelf_update_rela(data, i, &relocation);
	}
}

static void renumber_relocations_without_addends(const struct rewriter *rewriter, Elf_Data *data)
{
	GElf_Rel relocation;

	for (int i = 0; gelf_getrel(data, i, &relocation); i++) {
		relocation.r_info = GELF_R_INFO(renumber(rewriter, GELF_R_SYM(relocation.r_info)),
			GELF_R_TYPE(relocation.r_info));
		gelf_update_rel(data, i, &relocation);
	}
}

/* Every table that holds numbers of symbols. */
static int renumber_section(struct rewriter *rewriter, size_t index, struct kml_err *err)
{
	GElf_Shdr section = rewriter_section(rewriter, index);

	switch (section.sh_type) {
	case SHT_NULL:
		return 0;
	case SHT_RELA:
		renumber_relocations(rewriter, rewriter_data(rewriter, index));
		return 0;
	case SHT_REL:
		renumber_relocations_without_addends(rewriter, rewriter_data(rewriter, index));
		return 0;
	case SHT_SYMTAB:
		section.sh_info += rewriter->locals.size / sizeof(Elf64_Sym);
		break;
	case SHT_GROUP:
		section.sh_info = renumber(rewriter, section.sh_info);
		break;
	default:
		if (section.sh_link != rewriter->object->symbols.section)
			return 0;
		/* Hints for the linker, such as .llvm_addrsig: without them it only saves less. */
		if (section.sh_flags & SHF_ALLOC)
			return err_set(err, EINVAL, "%s: section %zu (%s): type 0x%x with symbols: not supported",
				rewriter->object->name, index, image_section_name(&rewriter->object->image, index),
				section.sh_type);
		section.sh_type = SHT_PROGBITS;
		section.sh_flags |= SHF_EXCLUDE;
		section.sh_link = 0;
	}
	return gelf_update_shdr(elf_getscn(rewriter->elf, index), &section) ? 0 : write_failed(rewriter, err);
}

static size_t add_symbol_name(struct rewriter *rewriter, const char *prefix, const char *name)
{
	size_t at = buffer_add(&rewriter->symbol_names, prefix, strlen(prefix));

	buffer_add_string(&rewriter->symbol_names, name);
	return at;
}

/*
 * Data of the kernel is known by its slot from here on, and a function that a
 * library has too by a name of its own: the library goes on calling the other.
 */
static void rename_imports(struct rewriter *rewriter)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	Elf_Data *table = rewriter_data(rewriter, symbols->section);

	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);
		const struct import *import;

		if (symbol.st_shndx != SHN_UNDEF)
			continue;
		import = import_find(rewriter->imports, name);
		if (!import || (import->kind != KML_KIND_DATA && !import->chosen))
			continue;
		symbol.st_name = symbols->strings_size + add_symbol_name(rewriter,
			import->kind == KML_KIND_DATA ? HELPER_SLOT : HELPER_IMPORT, name);
		symbol.st_info = GELF_ST_INFO(GELF_ST_BIND(symbol.st_info), STT_NOTYPE);
		symbol.st_other = STV_HIDDEN;
		gelf_update_sym(table, i, &symbol);
	}
}

/* Returns its number, 0 when it cannot be made. */
static size_t add_section(struct rewriter *rewriter, const char *name, GElf_Shdr header, Elf_Type type,
	const struct buffer *content)
{
	Elf_Scn *section = elf_newscn(rewriter->elf);

	header.sh_name = add_section_name(rewriter, name);
	if (!section || !gelf_update_shdr(section, &header) ||
			!add_data(section, type, content->bytes, content->size, header.sh_addralign))
		return 0;
	return elf_ndxscn(section);
}

/* Relocations without addends: these are in the content, of 32 bits. */
static void put_addends_into_content(struct buffer *relocations, const struct buffer *content)
{
	const Elf64_Rela *from = (void *)relocations->bytes;
	size_t count = relocations->size / sizeof(*from);

	/* The new ones are shorter, so that they take the place of the old ones one after the other */
	for (size_t i = 0; i < count; i++) {
		const Elf64_Rela relocation = from[i];
		const int32_t addend = relocation.r_addend;
		const Elf32_Rel shorter = { .r_offset = relocation.r_offset,
			.r_info = ELF32_R_INFO(ELF64_R_SYM(relocation.r_info), ELF64_R_TYPE(relocation.r_info)) };

		memcpy(content->bytes + relocation.r_offset, &addend, sizeof(addend));
		memcpy(relocations->bytes + i * sizeof(shorter), &shorter, sizeof(shorter));
	}
	relocations->size = count * sizeof(Elf32_Rel);
}

/* The section, and with the next number its relocations; returns its number, 0 when they cannot be made. */
static size_t add_section_and_relocations(struct rewriter *rewriter, const char *name, uint64_t flags,
	const struct buffer *content, struct buffer *relocations)
{
	bool addends = rewriter->arch->relocations_have_addends;
	Elf_Type type = addends ? ELF_T_RELA : ELF_T_REL;
	char relocations_name[64];
	size_t number, relocations_number;

	if (!addends)
		put_addends_into_content(relocations, content);
	number = add_section(rewriter, name, (GElf_Shdr){ .sh_type = SHT_PROGBITS, .sh_flags = flags,
		.sh_addralign = 16 }, ELF_T_BYTE, content);
	snprintf(relocations_name, sizeof(relocations_name), ".rel%s%s", addends ? "a" : "", name);
	relocations_number = add_section(rewriter, relocations_name, (GElf_Shdr){ .sh_type = addends ? SHT_RELA : SHT_REL,
		.sh_flags = SHF_INFO_LINK, .sh_link = rewriter->object->symbols.section, .sh_info = number,
		.sh_addralign = addends ? 8 : 4, .sh_entsize = gelf_fsize(rewriter->elf, type, 1, EV_CURRENT) }, type,
		relocations);
	if (!number || !relocations_number)
		return 0;
	if (addends)
		renumber_relocations(rewriter, rewriter_data(rewriter, relocations_number));
	else
		renumber_relocations_without_addends(rewriter, rewriter_data(rewriter, relocations_number));
	return number;
}

/* New local symbols as libelf wants them in memory, which is the class's own form; returns their size. */
static size_t convert_locals(struct rewriter *rewriter)
{
	const Elf64_Sym *from = (void *)rewriter->locals.bytes;
	size_t count = rewriter->locals.size / sizeof(*from);

	if (rewriter->object->image.header.e_ident[EI_CLASS] == ELFCLASS64)
		return rewriter->locals.size;
	for (size_t i = 0; i < count; i++) {
		const Elf64_Sym symbol = from[i];
		const Elf32_Sym shorter = { .st_info = symbol.st_info, .st_shndx = symbol.st_shndx,
			.st_value = symbol.st_value };

		memcpy(rewriter->locals.bytes + i * sizeof(shorter), &shorter, sizeof(shorter));
	}
	return count * sizeof(Elf32_Sym);
}

/* Old local symbols, new local symbols, old global symbols. */
static bool insert_locals(struct rewriter *rewriter, size_t thunks, size_t fixups)
{
	const struct symbols *symbols = &rewriter->object->symbols;
	Elf_Scn *section = elf_getscn(rewriter->elf, symbols->section);
	Elf_Data *table = elf_getdata(section, NULL);
	Elf64_Sym *locals = (void *)rewriter->locals.bytes;
	size_t first = symbols->first_global * gelf_fsize(rewriter->elf, ELF_T_SYM, 1, EV_CURRENT), all = table->d_size;

	for (size_t i = 0; i < rewriter->locals.size / sizeof(*locals); i++) {
		if (locals[i].st_shndx == SHNDX_THUNKS)
			locals[i].st_shndx = thunks;
		else if (locals[i].st_shndx == SHNDX_FIXUPS)
			locals[i].st_shndx = fixups;
	}
	table->d_size = first;
	return add_data(section, ELF_T_SYM, locals, convert_locals(rewriter), 8) &&
		add_data(section, ELF_T_SYM, (char *)table->d_buf + first, all - first, 8);
}

static bool append(struct rewriter *rewriter, size_t section, const struct buffer *content)
{
	return add_data(elf_getscn(rewriter->elf, section), ELF_T_BYTE, content->bytes, content->size, 1);
}

/* Alignments decide how large the file gets: those of the object itself have to fit what they were. */
static int write_file(struct rewriter *rewriter, struct kml_err *err)
{
	enum { GROWTH_MAX = 8, ROOM = 1 << 20 };
	off_t size = elf_update(rewriter->elf, ELF_C_NULL);

	if (size < 0)
		return write_failed(rewriter, err);
	if ((uint64_t)size > GROWTH_MAX * (uint64_t)rewriter->object->image.size + ROOM)
		return err_set(err, EINVAL, "%s: alignments of its sections would make it %lld bytes", rewriter->object->name,
			(long long)size);
	return elf_update(rewriter->elf, ELF_C_WRITE) < 0 ? write_failed(rewriter, err) : 0;
}

int rewriter_finish(struct rewriter *rewriter, struct kml_err *err)
{
	const struct image *image = &rewriter->object->image;
	const struct symbols *symbols = &rewriter->object->symbols;
	size_t thunks = 0, fixups = 0;

	if (rewriter->locals.failed || rewriter->thunks.failed || rewriter->thunk_relocations.failed ||
			rewriter->fixups.failed || rewriter->fixup_relocations.failed)
		return err_set(err, ENOMEM, "%s: out of memory", rewriter->object->name);
	for (size_t i = 1; i < image->section_count; i++) {
		int result = renumber_section(rewriter, i, err);

		if (result < 0)
			return result;
	}
	if (rewriter->thunks.size)
		thunks = add_section_and_relocations(rewriter, SECTION_THUNKS, SHF_ALLOC | SHF_EXECINSTR,
			&rewriter->thunks, &rewriter->thunk_relocations);
	if (rewriter->fixups.size)
		fixups = add_section_and_relocations(rewriter, SECTION_FIXUPS, SHF_ALLOC, &rewriter->fixups,
			&rewriter->fixup_relocations);
	if ((rewriter->thunks.size && !thunks) || (rewriter->fixups.size && !fixups))
		return write_failed(rewriter, err);
	rename_imports(rewriter);
	if (rewriter->symbol_names.failed || rewriter->section_names.failed)
		return err_set(err, ENOMEM, "%s: out of memory", rewriter->object->name);
	if (!insert_locals(rewriter, thunks, fixups) ||
			!append(rewriter, symbols->strings_section, &rewriter->symbol_names) ||
			!append(rewriter, image->section_names, &rewriter->section_names))
		return write_failed(rewriter, err);
	return write_file(rewriter, err);
}
