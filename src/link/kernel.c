// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/note.h"
#include "nearest.h"
#include "syscalls.h"

#include <errno.h>
#include <string.h>

#define VMLINUX_SIZE_MAX ((size_t)4 << 30)

static bool names_a_place(const GElf_Sym *symbol)
{
	unsigned int type = GELF_ST_TYPE(symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF && type != STT_SECTION && type != STT_FILE;
}

/* The bytes at the symbol, at most size of them; NULL if they are not in the file. */
static const char *symbol_bytes(const struct kernel *kernel, const GElf_Sym *symbol, size_t size)
{
	const GElf_Shdr *section;
	const Elf_Data *data;
	uint64_t offset;

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= kernel->image.section_count)
		return NULL;
	section = &kernel->image.sections[symbol->st_shndx];
	data = image_section_data(&kernel->image, symbol->st_shndx);
	offset = symbol->st_value - section->sh_addr;
	if (!data || !data->d_buf || symbol->st_value < section->sh_addr || offset > data->d_size ||
			data->d_size - offset < size)
		return NULL;
	return (const char *)data->d_buf + offset;
}

/* The release is the third word of the banner: "Linux version 6.12.1 (...". */
static void read_release(struct kernel *kernel)
{
	static const char start[] = "Linux version ";
	struct kernel_match match = {};
	struct names names = {};
	const char *banner;

	if (names_add(&names, "linux_banner") == 0) {
		kernel_match_all(kernel, &names, &match);
		banner = match.count ? symbol_bytes(kernel, &match.symbol, 128) : NULL;
		if (banner && strncmp(banner, start, strlen(start)) == 0)
			snprintf(kernel->release, sizeof(kernel->release), "%.*s",
				(int)strcspn(banner + strlen(start), " "), banner + strlen(start));
	}
	names_free(&names);
}

/* A bzImage: what its start needs, with the kernel compressed in it. */
static bool is_compressed(Elf *elf)
{
	size_t size;
	const char *bytes = elf_rawfile(elf, &size);

	return elf_kind(elf) == ELF_K_NONE && bytes && size >= 518 && memcmp(bytes + 514, "HdrS", 4) == 0;
}

static int open_image(const char *path, struct kernel *kernel, struct kml_err *err)
{
	Elf *elf;
	int result = image_map(path, VMLINUX_SIZE_MAX, &elf, err);

	if (result < 0)
		return result;
	if (is_compressed(elf)) {
		elf_end(elf);
		return err_set(err, EINVAL, "%s: is a compressed kernel image: give the vmlinux beside it", path);
	}
	return image_parse(kernel->path, elf, &kernel->image, err);
}

int kernel_open(const char *path, struct kernel *ret, struct kml_err *err)
{
	_cleanup_(kernel_close) struct kernel kernel = { .path = strdup(path) };
	int result;

	if (!kernel.path)
		return err_set(err, ENOMEM, "out of memory");
	result = open_image(path, &kernel, err);
	if (result < 0)
		return result;
	if (kernel.image.header.e_type != ET_EXEC && kernel.image.header.e_type != ET_DYN)
		return err_set(err, EINVAL, "%s: not a linked kernel (ELF type %u): a vmlinux is needed", path,
			kernel.image.header.e_type);
	result = image_symbols(&kernel.image, &kernel.symbols, err);
	if (result < 0)
		return result;
	if (result == 0)
		return err_set(err, EINVAL, "%s: has no symbol table: give a vmlinux that is not stripped", path);
	(void)note_build_id(&kernel.image, kernel.build_id);
	read_release(&kernel);
	*ret = kernel;
	kernel = (struct kernel){};
	return 0;
}

void kernel_close(struct kernel *kernel)
{
	image_close(&kernel->image);
	free(kernel->path);
	*kernel = (struct kernel){};
}

void kernel_match_all(const struct kernel *kernel, const struct names *names, struct kernel_match *matches)
{
	const struct symbols *symbols = &kernel->symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		size_t number;

		if (!names_a_place(&symbol))
			continue;
		number = names_find(names, symbol_name(symbols, &symbol));
		if (number == NAMES_NONE)
			continue;
		if (matches[number].count++ == 0)
			matches[number].symbol = symbol;
	}
}

enum kernel_symbol_class kernel_classify(const struct kernel *kernel, const GElf_Sym *symbol)
{
	const GElf_Shdr *section;
	const char *name;

	if (symbol->st_shndx == SHN_ABS)
		return KERNEL_ABSOLUTE;
	if (symbol->st_shndx >= kernel->image.section_count)
		return KERNEL_UNLOADED;
	section = &kernel->image.sections[symbol->st_shndx];
	name = image_section_name(&kernel->image, symbol->st_shndx);
	/* Per-CPU offsets have a section of their own; on x86-64 it starts at address 0. */
	if (strncmp(name, ".data..percpu", 13) == 0)
		return KERNEL_PER_CPU;
	if (strncmp(name, ".init", 5) == 0 || strncmp(name, ".exit", 5) == 0)
		return KERNEL_INIT;
	if (!(section->sh_flags & SHF_ALLOC) || GELF_ST_TYPE(symbol->st_info) == STT_TLS)
		return KERNEL_UNLOADED;
	if (GELF_ST_TYPE(symbol->st_info) == STT_OBJECT)
		return KERNEL_DATA;
	return section->sh_flags & SHF_EXECINSTR ? KERNEL_FUNCTION : KERNEL_DATA;
}

/* Names that the kernel's build makes for itself are no help to anybody. */
static bool can_be_meant(const char *name)
{
	static const char *const prefixes[] = { "__x64_", "__ia32_", "__pfx_", "__se_", "__do_sys_", "__ksymtab_",
		"__kstrtab", "__crc_", "__UNIQUE_ID", "__export_symbol", "__addressable", "__func__",
		"__already_done" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return false;
	return *name && !strchr(name, '.');
}

const char *kernel_nearest(const struct kernel *kernel, const char *name)
{
	const struct symbols *symbols = &kernel->symbols;
	/* The score counts edits first, then prefers system calls and functions to data. */
	unsigned int limit = nearest_limit(name), best = (limit + 1) * 2;
	const char *found = NULL;

	for (size_t i = 0; i < syscall_count; i++) {
		unsigned int score = nearest_distance(name, syscall_table[i].name, limit) * 2;

		if (score < best && score > 0) {
			best = score;
			found = syscall_table[i].name;
		}
	}
	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *other = symbol_name(symbols, &symbol);
		enum kernel_symbol_class class;
		unsigned int score;

		if (!names_a_place(&symbol) || !can_be_meant(other))
			continue;
		score = nearest_distance(name, other, limit) * 2;
		if (score >= best || score == 0)
			continue;
		class = kernel_classify(kernel, &symbol);
		if (class == KERNEL_DATA)
			score++;
		if (score < best && (class == KERNEL_DATA || class == KERNEL_FUNCTION)) {
			best = score;
			found = other;
		}
	}
	return found;
}

const char *kernel_suffixed(const struct kernel *kernel, const char *name)
{
	const struct symbols *symbols = &kernel->symbols;
	size_t length = strlen(name);

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *other = symbol_name(symbols, &symbol);

		/* A part of a function that was split off is no copy of it. */
		if (strncmp(other, name, length) == 0 && other[length] == '.' && names_a_place(&symbol) &&
				!strstr(other, ".cold") && !strstr(other, ".part"))
			return other;
	}
	return NULL;
}
