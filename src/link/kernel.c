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
static const char *symbol_bytes(const struct kernel_file *file, const GElf_Sym *symbol, size_t size)
{
	const GElf_Shdr *section;
	const Elf_Data *data;
	uint64_t offset;

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= file->image.section_count)
		return NULL;
	section = &file->image.sections[symbol->st_shndx];
	data = image_section_data(&file->image, symbol->st_shndx);
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
		banner = match.count ? symbol_bytes(match.file, &match.symbol, 128) : NULL;
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

static void file_close(struct kernel_file *file)
{
	image_close(&file->image);
	free(file->path);
	*file = (struct kernel_file){};
}

static int open_image(const char *path, struct kernel_file *file, struct kml_err *err)
{
	Elf *elf;
	int result;

	file->path = strdup(path);
	if (!file->path)
		return err_set(err, ENOMEM, "out of memory");
	result = image_map(path, VMLINUX_SIZE_MAX, &elf, err);
	if (result < 0)
		return result;
	if (is_compressed(elf)) {
		elf_end(elf);
		return err_set(err, EINVAL, "%s: is a compressed kernel image: give the vmlinux beside it", path);
	}
	return image_parse(file->path, elf, &file->image, err);
}

int kernel_open(const char *path, struct kernel *ret, struct kml_err *err)
{
	_cleanup_(kernel_close) struct kernel kernel = {};
	struct kernel_file *file = &kernel.vmlinux;
	int result = open_image(path, file, err);

	if (result < 0)
		return result;
	if (file->image.header.e_type != ET_EXEC && file->image.header.e_type != ET_DYN)
		return err_set(err, EINVAL, "%s: not a linked kernel (ELF type %u): a vmlinux is needed", path,
			file->image.header.e_type);
	result = image_symbols(&file->image, &file->symbols, err);
	if (result < 0)
		return result;
	if (result == 0)
		return err_set(err, EINVAL, "%s: has no symbol table: give a vmlinux that is not stripped", path);
	(void)note_build_id(&file->image, kernel.build_id);
	read_release(&kernel);
	*ret = kernel;
	kernel = (struct kernel){};
	return 0;
}

/* The release of the kernel that a module was made for is the first word of its vermagic; "" if it does not say. */
static void read_module_release(const struct image *image, char *ret, size_t size)
{
	static const char start[] = "vermagic=";
	size_t section = image_section_find(image, ".modinfo");
	const Elf_Data *data = section ? image_section_data(image, section) : NULL;
	const char *at = data ? data->d_buf : NULL, *end = at ? at + data->d_size : NULL;

	*ret = '\0';
	while (at < end) {
		size_t length = strnlen(at, end - at);

		if (length >= strlen(start) && strncmp(at, start, strlen(start)) == 0) {
			at += strlen(start);
			length -= strlen(start);
			for (size_t i = 0; i < length; i++)
				if (at[i] == ' ')
					length = i;
			snprintf(ret, size, "%.*s", (int)length, at);
			return;
		}
		at += length + 1;
	}
}

static int open_module(const struct kernel *kernel, const char *path, struct kernel_file *file, struct kml_err *err)
{
	char release[sizeof(kernel->release)];
	int result = open_image(path, file, err);

	if (result < 0)
		return result;
	if (file->image.header.e_type != ET_REL || !image_section_find(&file->image, ".gnu.linkonce.this_module"))
		return err_set(err, EINVAL, "%s: not a module of the kernel", path);
	read_module_release(&file->image, release, sizeof(release));
	if (*release && *kernel->release && strcmp(release, kernel->release) != 0)
		return err_set(err, EINVAL, "%s: made for kernel %s, but %s is %s", path, release,
			kernel->vmlinux.path, kernel->release);
	result = image_symbols(&file->image, &file->symbols, err);
	return result == 0 ? err_set(err, EINVAL, "%s: has no symbol table", path) : result;
}

int kernel_add_module(struct kernel *kernel, const char *path, struct kml_err *err)
{
	_cleanup_(file_close) struct kernel_file file = {};
	struct kernel_file *modules;
	int result = open_module(kernel, path, &file, err);

	if (result < 0)
		return result;
	modules = reallocarray(kernel->modules, kernel->module_count + 1, sizeof(*modules));
	if (!modules)
		return err_set(err, ENOMEM, "out of memory");
	kernel->modules = modules;
	modules[kernel->module_count++] = file;
	file = (struct kernel_file){};
	return 0;
}

void kernel_close(struct kernel *kernel)
{
	for (size_t i = 0; i < kernel->module_count; i++)
		file_close(&kernel->modules[i]);
	free(kernel->modules);
	file_close(&kernel->vmlinux);
	*kernel = (struct kernel){};
}

static void match_in_file(const struct kernel_file *file, const struct kernel *kernel, const struct names *names,
	struct kernel_match *matches)
{
	const struct symbols *symbols = &file->symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		struct kernel_match *match;
		size_t number;

		if (!names_a_place(&symbol))
			continue;
		number = names_find(names, symbol_name(symbols, &symbol));
		if (number == NAMES_NONE)
			continue;
		match = &matches[number];
		if (file != &kernel->vmlinux && match->file == &kernel->vmlinux)
			continue;
		if (match->count++ == 0) {
			match->symbol = symbol;
			match->file = file;
		}
	}
}

void kernel_match_all(const struct kernel *kernel, const struct names *names, struct kernel_match *matches)
{
	match_in_file(&kernel->vmlinux, kernel, names, matches);
	for (size_t i = 0; i < kernel->module_count; i++)
		match_in_file(&kernel->modules[i], kernel, names, matches);
}

enum kernel_symbol_class kernel_classify(const struct kernel_file *file, const GElf_Sym *symbol)
{
	const GElf_Shdr *section;
	const char *name;

	if (symbol->st_shndx == SHN_ABS)
		return KERNEL_ABSOLUTE;
	if (symbol->st_shndx >= file->image.section_count)
		return KERNEL_UNLOADED;
	section = &file->image.sections[symbol->st_shndx];
	name = image_section_name(&file->image, symbol->st_shndx);
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

/* Like the name, and better than *best: the number of edits first, then system calls and functions before data. */
static void nearest_in_file(const struct kernel_file *file, const char *name, unsigned int limit, unsigned int *best,
	const char **found)
{
	const struct symbols *symbols = &file->symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *other = symbol_name(symbols, &symbol);
		enum kernel_symbol_class class;
		unsigned int score;

		if (!names_a_place(&symbol) || !can_be_meant(other))
			continue;
		score = nearest_distance(name, other, limit) * 2;
		if (score >= *best || score == 0)
			continue;
		class = kernel_classify(file, &symbol);
		if (class == KERNEL_DATA)
			score++;
		if (score < *best && (class == KERNEL_DATA || class == KERNEL_FUNCTION)) {
			*best = score;
			*found = other;
		}
	}
}

const char *kernel_nearest(const struct kernel *kernel, const char *name)
{
	unsigned int limit = nearest_limit(name), best = (limit + 1) * 2;
	const char *found = NULL;

	for (size_t i = 0; i < syscall_count; i++) {
		unsigned int score = nearest_distance(name, syscall_table[i].name, limit) * 2;

		if (score < best && score > 0) {
			best = score;
			found = syscall_table[i].name;
		}
	}
	nearest_in_file(&kernel->vmlinux, name, limit, &best, &found);
	for (size_t i = 0; i < kernel->module_count; i++)
		nearest_in_file(&kernel->modules[i], name, limit, &best, &found);
	return found;
}

static const char *suffixed_in_file(const struct kernel_file *file, const char *name)
{
	const struct symbols *symbols = &file->symbols;
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

const char *kernel_suffixed(const struct kernel *kernel, const char *name)
{
	const char *found = suffixed_in_file(&kernel->vmlinux, name);

	for (size_t i = 0; !found && i < kernel->module_count; i++)
		found = suffixed_in_file(&kernel->modules[i], name);
	return found;
}
