// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels as ELF files with a symbol table: vmlinux, modules (.ko), the vDSO. */
#include "kernel_image.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "image.h"
#include "note.h"
#include "vdso.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SYMBOLS_KEPT = 16384 };

struct elf_state {
	struct image image;
	struct symbols symbols;
	/* What a symbol of the section is, unless its type says more: by the section's number. */
	unsigned char *classes;
	char module[64];
	bool vdso;
};

static void close_elf(struct kernel_image *image)
{
	struct elf_state *state = image->state;

	if (!state)
		return;
	image_close(&state->image);
	free(state->classes);
	free(state);
	image->state = NULL;
}

static enum kernel_symbol_class classify_section(const struct elf_state *state, size_t index)
{
	const GElf_Shdr *section = &state->image.sections[index];
	const char *name = image_section_name(&state->image, index);

	if (state->vdso)
		return KERNEL_VDSO;
	/* Per-CPU offsets have a section of their own; on x86-64 it starts at address 0. */
	if (strncmp(name, ".data..percpu", 13) == 0)
		return KERNEL_PER_CPU;
	if (strncmp(name, ".init", 5) == 0 || strncmp(name, ".exit", 5) == 0)
		return KERNEL_INIT;
	if (!(section->sh_flags & SHF_ALLOC))
		return KERNEL_UNLOADED;
	return section->sh_flags & SHF_EXECINSTR ? KERNEL_FUNCTION : KERNEL_DATA;
}

static enum kernel_symbol_class classify(const struct elf_state *state, const GElf_Sym *symbol)
{
	enum kernel_symbol_class class;

	if (symbol->st_shndx == SHN_ABS)
		return KERNEL_ABSOLUTE;
	/* Variables of modules without a section yet. */
	if (symbol->st_shndx == SHN_COMMON)
		return KERNEL_DATA;
	if (symbol->st_shndx >= state->image.section_count)
		return KERNEL_UNLOADED;
	class = state->classes[symbol->st_shndx];
	if (class == KERNEL_FUNCTION && GELF_ST_TYPE(symbol->st_info) == STT_OBJECT)
		return KERNEL_DATA;
	if (class <= KERNEL_DATA && GELF_ST_TYPE(symbol->st_info) == STT_TLS)
		return KERNEL_UNLOADED;
	return class;
}

static enum kernel_symbol_scope scope_of(const GElf_Sym *symbol)
{
	switch (GELF_ST_BIND(symbol->st_info)) {
	case STB_LOCAL:
		return KERNEL_LOCAL;
	case STB_WEAK:
		return KERNEL_WEAK;
	}
	return KERNEL_GLOBAL;
}

static bool names_a_place(const GElf_Sym *symbol, const char *name)
{
	unsigned int type = GELF_ST_TYPE(symbol->st_info);

	/* "$x" and such tell disassemblers on ARM what follows. */
	return symbol->st_shndx != SHN_UNDEF && type != STT_SECTION && type != STT_FILE && *name && *name != '$';
}

/* A kernel has megabytes of symbols, and they are gone through from the first to the last: to be called with each. */
static void forget_symbols_before(const struct kernel_image *image, size_t number)
{
	const struct elf_state *state = image->state;

	if (number % SYMBOLS_KEPT == 0 && state->symbols.list)
		bytes_forget(&image->bytes, state->symbols.list + (number - SYMBOLS_KEPT) * sizeof(Elf64_Sym),
			state->symbols.list + number * sizeof(Elf64_Sym));
}

static int visit_elf(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
	void *context)
{
	const struct elf_state *state = image->state;
	const struct symbols *symbols = &state->symbols;
	const char *file = "";

	for (size_t i = 1; i < symbols->count; i++) {
		forget_symbols_before(image, i);
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);
		size_t room = symbol.st_name < symbols->strings_size ? symbols->strings_size - symbol.st_name : 0;
		struct kernel_symbol place;
		int result;

		if (GELF_ST_TYPE(symbol.st_info) == STT_FILE)
			file = name;
		if (!name_filter_may_pass(filter, name, room) ||
				(filter && !name_filter_passes(filter, name, strlen(name))) || !names_a_place(&symbol, name))
			continue;
		place = (struct kernel_symbol){ .name = name, .value = symbol.st_value, .size = symbol.st_size,
			.class = classify(state, &symbol), .scope = scope_of(&symbol), .file = i < symbols->first_global ? file : "",
			.module = state->module };
		result = visitor(&place, context);
		if (result != 0)
			return result;
	}
	return 0;
}

/* What a module says of itself: strings "key=value". False if it does not say that. */
static bool read_modinfo(const struct elf_state *state, const char *key, char *ret, size_t size)
{
	size_t index = image_section_find(&state->image, ".modinfo"), key_length = strlen(key);
	const Elf_Data *data = index ? image_section_data(&state->image, index) : NULL;
	const char *at = data ? data->d_buf : NULL, *end = at ? at + data->d_size : NULL;

	while (at && at < end) {
		size_t length = strnlen(at, end - at);

		if (length > key_length && memcmp(at, key, key_length) == 0) {
			at += key_length;
			/* vermagic has more words than the release. */
			snprintf(ret, size, "%.*s", (int)strcspn(at, " "), at);
			return true;
		}
		at += length + 1;
	}
	return false;
}

/* "driver" for "/lib/driver.ko.xz" */
static void name_after_file(const char *path, char *ret, size_t size)
{
	const char *slash = strrchr(path, '/');

	path = slash ? slash + 1 : path;
	snprintf(ret, size, "%.*s", (int)strcspn(path, "."), path);
}

static int describe_module(struct kernel_image *image, struct elf_state *state, struct kml_err *err)
{
	if (!image_section_find(&state->image, ".gnu.linkonce.this_module"))
		return err_set(err, EINVAL, "%s: not a module of the kernel, but an object file", image->path);
	image->kind = "module";
	if (!read_modinfo(state, "name=", state->module, sizeof(state->module)))
		name_after_file(image->path, state->module, sizeof(state->module));
	(void)read_modinfo(state, "vermagic=", image->release, sizeof(image->release));
	return 0;
}

static int describe(struct kernel_image *image, struct elf_state *state, struct kml_err *err)
{
	image->machine = state->image.header.e_machine;
	image->has_build_id = note_build_id(&state->image, image->build_id);
	switch (state->image.header.e_type) {
	case ET_REL:
		return describe_module(image, state, err);
	case ET_DYN:
		state->vdso = vdso_is(&state->image);
		break;
	case ET_EXEC:
		break;
	default:
		return err_set(err, EINVAL, "%s: not a linked kernel (ELF type %u): a vmlinux is needed", image->path,
			state->image.header.e_type);
	}
	image->kind = state->vdso ? "vDSO" : "vmlinux";
	image->is_linked = image->has_build_id && !state->vdso;
	return 0;
}

/* All bytes of a symbol, or NULL if they are not in the file. */
static const unsigned char *bytes_of_symbol(const struct elf_state *state, const GElf_Sym *symbol)
{
	const GElf_Shdr *section = symbol->st_shndx < state->image.section_count ?
		&state->image.sections[symbol->st_shndx] : NULL;

	if (!section || section->sh_type != SHT_PROGBITS || symbol->st_value < section->sh_addr ||
			symbol->st_value - section->sh_addr > section->sh_size ||
			symbol->st_size > section->sh_size - (symbol->st_value - section->sh_addr))
		return NULL;
	return state->image.bytes + section->sh_offset + (symbol->st_value - section->sh_addr);
}

static bool find_global(const struct kernel_image *image, const char *name, GElf_Sym *ret)
{
	const struct symbols *symbols = &((const struct elf_state *)image->state)->symbols;

	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		forget_symbols_before(image, i);
		*ret = symbol_at(symbols, i);
		if (strcmp(symbol_name(symbols, ret), name) == 0)
			return true;
	}
	return false;
}

/*
 * The banner is in the read-only data, so it need not be looked for in the whole of a file with debug information. Best
 * its symbol says where: what has been looked at counts as memory of this program.
 */
static void read_release(struct kernel_image *image, const struct elf_state *state)
{
	GElf_Sym banner;
	const unsigned char *at = find_global(image, "linux_banner", &banner) ?
		bytes_of_symbol(state, &banner) : NULL;

	if (at)
		kernel_find_release(at, banner.st_size, image->release);
	for (size_t i = 1; !*image->release && i < state->image.section_count; i++) {
		const GElf_Shdr *section = &state->image.sections[i];

		if (section->sh_flags & SHF_ALLOC && section->sh_type == SHT_PROGBITS &&
				!(section->sh_flags & SHF_EXECINSTR))
			kernel_find_release(state->image.bytes + section->sh_offset, section->sh_size, image->release);
	}
}

static int open_elf(struct kernel_image *image, struct kml_err *err)
{
	struct elf_state *state;
	int result;

	if (image->bytes.size < SELFMAG || memcmp(image->bytes.data, ELFMAG, SELFMAG) != 0)
		return 0;
	image->state = state = calloc(1, sizeof(*state));
	if (!state)
		return err_set(err, ENOMEM, "out of memory");
	elf_version(EV_CURRENT);
	result = image_parse_any(image->path, elf_memory((char *)image->bytes.data, image->bytes.size), &state->image,
		err);
	if (result == 0)
		result = describe(image, state, err);
	if (result == 0)
		result = image_symbols(&state->image, &state->symbols, err);
	if (result == 0 && state->vdso)
		result = image_symbol_table(&state->image, SHT_DYNSYM, &state->symbols, err);
	if (result <= 0) {
		close_elf(image);
		return result;
	}
	state->classes = malloc(state->image.section_count);
	if (!state->classes)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < state->image.section_count; i++)
		state->classes[i] = classify_section(state, i);
	read_release(image, state);
	return 1;
}

static const unsigned char *code_of_elf(const struct kernel_image *image, uint64_t address, size_t *ret_size)
{
	const struct elf_state *state = image->state;

	/* Calls between the sections of a module are not resolved yet. */
	if (state->image.header.e_type == ET_REL)
		return NULL;
	for (size_t i = 1; i < state->image.section_count; i++) {
		const GElf_Shdr *section = &state->image.sections[i];

		if (section->sh_type == SHT_PROGBITS && section->sh_flags & SHF_EXECINSTR && address >= section->sh_addr &&
				address - section->sh_addr < section->sh_size) {
			*ret_size = section->sh_size - (address - section->sh_addr);
			return state->image.bytes + section->sh_offset + (address - section->sh_addr);
		}
	}
	return NULL;
}

const struct kernel_format kernel_elf = { .open = open_elf, .visit = visit_elf, .code = code_of_elf, .close = close_elf,
	.tells_sizes = true };
