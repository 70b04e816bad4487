// SPDX-License-Identifier: GPL-2.0-or-later
#include "rebind.h"

#include "choices.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "image/loading.h"
#include "image/vdso.h"
#include "inputs.h"
#include "messages.h"
#include "open_names.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN_BIT = 0x8000, FIRST_VERSION = 2, NEEDS_MAX = 4096 };

/* One version that the program needs of one library. */
struct need {
	uint32_t file; /* its name, in the strings */
	Elf64_Vernaux version;
	bool stale; /* nothing needs it any more */
};

struct needs {
	struct need list[NEEDS_MAX];
	size_t count;
	uint16_t last; /* largest number of a version */
};

static int malformed(const struct program *program, struct kml_err *err)
{
	return err_set(err, EINVAL, "%s: versions that are needed of libraries: malformed, or outside of the file", program->name);
}

static bool is_string(const struct program *program, uint32_t offset)
{
	return offset < program->dynamic_symbols.strings_size;
}

static const char *string_at(const struct program *program, uint32_t offset)
{
	return is_string(program, offset) ? program->dynamic_symbols.strings + offset : "";
}

/* The versions of one library, which begin at the address. */
static bool read_file(const struct program *program, uint64_t address, const Elf64_Verneed *file, struct needs *needs)
{
	for (unsigned int i = 0; i < file->vn_cnt; i++) {
		const unsigned char *at = program_at(program, address, sizeof(Elf64_Vernaux));
		struct need *need = &needs->list[needs->count];

		if (!at || needs->count == NEEDS_MAX)
			return false;
		*need = (struct need){ .file = file->vn_file };
		memcpy(&need->version, at, sizeof(need->version));
		if (!is_string(program, need->file) || !is_string(program, need->version.vna_name))
			return false;
		needs->count++;
		if ((need->version.vna_other & ~HIDDEN_BIT) > needs->last)
			needs->last = need->version.vna_other & ~HIDDEN_BIT;
		address += need->version.vna_next;
	}
	return true;
}

static int read_needs(const struct program *program, struct needs *needs, struct kml_err *err)
{
	uint64_t address, count = 0;

	if (!program_dynamic(program, DT_VERNEED, &address))
		return 0;
	(void)program_dynamic(program, DT_VERNEEDNUM, &count);
	for (uint64_t i = 0; i < count && i < NEEDS_MAX; i++) {
		const unsigned char *at = program_at(program, address, sizeof(Elf64_Verneed));
		Elf64_Verneed file;

		if (!at)
			return malformed(program, err);
		memcpy(&file, at, sizeof(file));
		if (!read_file(program, address + file.vn_aux, &file, needs))
			return malformed(program, err);
		address += file.vn_next;
	}
	return 0;
}

/* Libraries have versions of their own among the numbers. */
static void skip_defined_versions(const struct program *program, struct needs *needs)
{
	uint64_t address, count = 0;

	if (!program_dynamic(program, DT_VERDEF, &address))
		return;
	(void)program_dynamic(program, DT_VERDEFNUM, &count);
	for (uint64_t i = 0; i < count && i < NEEDS_MAX; i++) {
		const unsigned char *at = program_at(program, address, sizeof(Elf64_Verdef));
		Elf64_Verdef definition;

		if (!at)
			return;
		memcpy(&definition, at, sizeof(definition));
		if ((definition.vd_ndx & ~HIDDEN_BIT) > needs->last)
			needs->last = definition.vd_ndx & ~HIDDEN_BIT;
		address += definition.vd_next;
	}
}

static const struct need *find_need(const struct needs *needs, unsigned int number)
{
	for (size_t i = 0; i < needs->count; i++)
		if (needs->list[i].version.vna_other == number)
			return &needs->list[i];
	return NULL;
}

static uint16_t version_of(const struct program *program, size_t symbol)
{
	uint16_t version;

	memcpy(&version, program->bytes + program->versions + symbol * sizeof(version), sizeof(version));
	return version & ~HIDDEN_BIT;
}

static uint32_t add_string(struct rebinding *rebinding, const char *string)
{
	return buffer_add_string(&rebinding->strings, string);
}

/* The number under which the program needs this version of the vDSO; 0 when there are too many. */
static uint16_t number_of(const struct vdso *vdso, const char *version, struct needs *needs, struct rebinding *rebinding)
{
	struct need need = { .version = { .vna_hash = elf_hash(version) } };
	size_t at = needs->count;

	for (size_t i = 0; i < needs->count; i++) {
		const struct need *other = &needs->list[i];
		/* Those that were added here are behind the program's own strings. */
		const char *strings = rebinding->strings.failed ? "" : (const char *)rebinding->strings.bytes;

		if (rebinding->strings.failed || strcmp(strings + other->file, vdso->soname) != 0)
			continue;
		if (strcmp(strings + other->version.vna_name, version) == 0)
			return other->version.vna_other;
		need.file = other->file;
		at = i + 1;
	}
	if (needs->count == NEEDS_MAX || needs->last + 1 >= HIDDEN_BIT)
		return 0;
	if (!need.file)
		need.file = add_string(rebinding, vdso->soname);
	need.version.vna_name = add_string(rebinding, version);
	need.version.vna_other = ++needs->last;
	memmove(&needs->list[at + 1], &needs->list[at], (needs->count - at) * sizeof(need));
	needs->list[at] = need;
	needs->count++;
	return need.version.vna_other;
}

/* Without a version: nobody has it. With one: it is libc's. */
static bool can_take(const struct program *program, size_t symbol, const char *name, const struct needs *needs,
	const struct open_names *open)
{
	uint16_t version = version_of(program, symbol);
	const struct need *need = find_need(needs, version);
	size_t number;

	if (version >= FIRST_VERSION)
		return need && strncmp(string_at(program, need->version.vna_name), "GLIBC_", 6) == 0;
	number = names_find(&open->names, name);
	return number != NAMES_NONE && !open->defined[number];
}

static bool add_rebound(struct rebinding *rebinding, const char *name, const char *version)
{
	struct rebound *bigger = reallocarray(rebinding->list, rebinding->count + 1, sizeof(*bigger));

	if (!bigger)
		return false;
	rebinding->list = bigger;
	bigger[rebinding->count++] = (struct rebound){ name, version };
	return true;
}

static int rebind_symbols(struct program *program, const struct vdso *vdso, const struct open_names *open,
	const struct choices *choices, struct needs *needs, struct rebinding *rebinding, struct kml_err *err)
{
	const struct symbols *symbols = &program->dynamic_symbols;

	for (size_t i = symbols->first_global; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		const char *name = symbol_name(symbols, &symbol);
		const char *version = symbol.st_shndx == SHN_UNDEF && *name ? vdso_version(vdso, name) : NULL;
		uint16_t number;

		if (!version || choices_import(choices, name) || !can_take(program, i, name, needs, open))
			continue;
		number = number_of(vdso, version, needs, rebinding);
		if (!number)
			return err_set(err, E2BIG, "%s: needs too many versions of libraries", program->name);
		memcpy(program->bytes + program->versions + i * sizeof(number), &number, sizeof(number));
		if (!add_rebound(rebinding, name, version))
			return err_set(err, ENOMEM, "out of memory");
	}
	return 0;
}

/* Only what this change has left without a user: linkers note some versions that no symbol has, as GLIBC_ABI_DT_RELR. */
static void drop_stale(const struct program *program, struct needs *needs)
{
	const struct symbols *symbols = &program->dynamic_symbols;
	const unsigned char *before = program->image.bytes + program->versions;

	for (size_t i = 0; i < needs->count; i++) {
		struct need *need = &needs->list[i];
		bool was_used = false, is_used = false;

		for (size_t j = 1; j < symbols->count; j++) {
			uint16_t old;

			memcpy(&old, before + j * sizeof(old), sizeof(old));
			was_used |= (old & ~HIDDEN_BIT) == need->version.vna_other;
			is_used |= version_of(program, j) == need->version.vna_other;
		}
		need->stale = was_used && !is_used;
	}
}

static void set_next(struct buffer *buffer, size_t field, size_t distance)
{
	uint32_t next = distance;

	if (!buffer->failed)
		memcpy(buffer->bytes + field, &next, sizeof(next));
}

/* Files one behind the other, and behind each its versions. */
static void write_needs(const struct needs *needs, struct rebinding *rebinding)
{
	struct buffer *out = &rebinding->versions;
	size_t file = 0, previous = SIZE_MAX;
	const struct need *first = NULL;

	for (size_t i = 0; i < needs->count; i++) {
		const struct need *need = &needs->list[i];
		Elf64_Vernaux version = need->version;
		size_t at;

		if (need->stale)
			continue;
		if (!first || first->file != need->file) {
			const Elf64_Verneed head = { .vn_version = VER_NEED_CURRENT, .vn_file = need->file,
				.vn_aux = sizeof(head) };

			at = buffer_add(out, &head, sizeof(head));
			if (first)
				set_next(out, file + offsetof(Elf64_Verneed, vn_next), at - file);
			file = at;
			first = need;
			previous = SIZE_MAX;
			rebinding->file_count++;
		}
		version.vna_next = 0;
		at = buffer_add(out, &version, sizeof(version));
		if (previous != SIZE_MAX)
			set_next(out, previous + offsetof(Elf64_Vernaux, vna_next), at - previous);
		previous = at;
		if (!out->failed) {
			Elf64_Half count;

			memcpy(&count, out->bytes + file + offsetof(Elf64_Verneed, vn_cnt), sizeof(count));
			count++;
			memcpy(out->bytes + file + offsetof(Elf64_Verneed, vn_cnt), &count, sizeof(count));
		}
	}
}

static bool needs_vdso(const struct program *program, const struct vdso *vdso)
{
	Elf64_Dyn entry;

	for (size_t i = 0; program_dynamic_entry(program, i, &entry); i++)
		if (entry.d_tag == DT_NEEDED && strcmp(string_at(program, entry.d_un.d_val), vdso->soname) == 0)
			return true;
	return false;
}

static int need_vdso(struct program *program, const struct vdso *vdso, const struct needs *needs,
	const struct rebinding *rebinding, struct kml_err *err)
{
	uint64_t soname = 0;

	if (needs_vdso(program, vdso))
		return 0;
	for (size_t i = 0; i < needs->count && !soname; i++)
		if (strcmp((const char *)rebinding->strings.bytes + needs->list[i].file, vdso->soname) == 0)
			soname = needs->list[i].file;
	/* First of all libraries, as it was in memory before them: glibc's loader counts on the same order in both its lists. */
	if (program_insert_dynamic(program, DT_NEEDED, soname))
		return 0;
	/* How many of the relocations are of the simplest kind: whoever does not know it, looks at each. */
	program_drop_dynamic(program, program->form->simple_count);
	if (program_insert_dynamic(program, DT_NEEDED, soname))
		return 0;
	return err_set(err, ENOTSUP, "%s: no room in its dynamic section to need the vDSO: link it with vdso.so", program->name);
}

/* The linker may have dropped the symbol, and kept relocations at most. */
static int check_left(const struct program *program, const struct vdso *vdso, const struct open_names *open,
	const struct choices *choices, const struct rebinding *rebinding, struct messages *messages)
{
	int result = 0;

	for (size_t i = 0; i < open->names.count; i++) {
		const char *name = open->names.list[i];

		if (open->defined[i] || open->weak[i] || choices_import(choices, name) || !vdso_version(vdso, name) ||
				rebinding_version(rebinding, name))
			continue;
		messages_add(messages, "%s: '%s' is undefined, but not for the dynamic linker, which alone can take it from the "
			"vDSO: link with vdso.so, or say --import=%s to have the kernel's", program->name, name, name);
		result = -ENOTSUP;
	}
	return result;
}

/* The sections and the dynamic section have to mean the same tables. */
static int check_tables(const struct program *program, struct kml_err *err)
{
	const struct image *image = &program->image;
	uint64_t needs, strings;

	if (!program->versions || !program_dynamic(program, DT_VERNEED, &needs) || !program_dynamic(program, DT_STRTAB, &strings))
		return err_set(err, ENOTSUP, "%s: its symbols have no versions, by which they could be taken from the vDSO: link it "
			"with vdso.so", program->name);
	if (image->sections[program->dynamic_symbols.strings_section].sh_addr != strings)
		return malformed(program, err);
	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_type == SHT_GNU_verneed && image->sections[i].sh_addr == needs)
			return 0;
	return malformed(program, err);
}

int rebind(struct program *program, const struct vdso *vdso, const struct open_names *open, const struct choices *choices,
	struct rebinding *ret, struct messages *messages, struct kml_err *err)
{
	_cleanup_free_ struct needs *needs = calloc(1, sizeof(*needs));
	_cleanup_(rebinding_free) struct rebinding rebinding = {};
	int result = rebind_check_loader(program->name, program->name, err);

	if (result < 0)
		return result;
	if (!needs)
		return err_set(err, ENOMEM, "out of memory");
	/* "Inconsistency detected by ld.so", in every program that needs it but not the vDSO itself. */
	if (program->library)
		return err_set(err, ENOTSUP, "%s: is a shared library: glibc's loader takes names from the vDSO for programs only",
			program->name);
	result = check_tables(program, err);
	if (result < 0)
		return result;
	buffer_add(&rebinding.strings, program->dynamic_symbols.strings, program->dynamic_symbols.strings_size);
	result = read_needs(program, needs, err);
	if (result == 0) {
		skip_defined_versions(program, needs);
		result = rebind_symbols(program, vdso, open, choices, needs, &rebinding, err);
	}
	if (result == 0 && check_left(program, vdso, open, choices, &rebinding, messages) < 0)
		result = -ENOTSUP;
	if (result == 0 && rebinding.strings.failed)
		result = err_set(err, ENOMEM, "out of memory");
	if (result == 0 && rebinding.count) {
		drop_stale(program, needs);
		write_needs(needs, &rebinding);
		result = rebinding.versions.failed ? err_set(err, ENOMEM, "out of memory") :
			need_vdso(program, vdso, needs, &rebinding, err);
	}
	if (result < 0)
		return result;
	*ret = rebinding;
	rebinding = (struct rebinding){};
	return 0;
}

static bool is_defined(const struct inputs *inputs, const char *name)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		const struct symbols *symbols = &inputs->objects[i].symbols;

		for (size_t j = symbols->first_global; j < symbols->count; j++) {
			const GElf_Sym symbol = symbol_at(symbols, j);

			if (symbol.st_shndx != SHN_UNDEF && strcmp(symbol_name(symbols, &symbol), name) == 0)
				return true;
		}
	}
	return false;
}

int rebind_foresee(const struct inputs *inputs, const bool *missing, const struct vdso *vdso, const struct choices *choices,
	struct rebinding *ret, struct kml_err *err)
{
	for (size_t i = 0; i < inputs->undefined.count; i++) {
		const char *name = inputs->undefined.list[i], *version = missing[i] ? NULL : vdso_version(vdso, name);

		if (!version || choices_import(choices, name) || is_defined(inputs, name))
			continue;
		if (!add_rebound(ret, name, version))
			return err_set(err, ENOMEM, "out of memory");
	}
	return 0;
}

const char *rebinding_version(const struct rebinding *rebinding, const char *name)
{
	for (size_t i = 0; i < rebinding->count; i++)
		if (strcmp(rebinding->list[i].name, name) == 0)
			return rebinding->list[i].version;
	return NULL;
}

void rebinding_free(struct rebinding *rebinding)
{
	free(rebinding->list);
	buffer_free(&rebinding->strings);
	buffer_free(&rebinding->versions);
	*rebinding = (struct rebinding){};
}

int rebind_check_loader(const char *path, const char *name, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	_cleanup_needs_ struct elf_needs needs = {};
	int result = fd < 0 ? err_errno(err, "%s", path) : elf_needs_read(fd, name, &needs, err);

	if (result < 0)
		return result;
	if (loading_is_musl(&needs))
		return err_set(err, ENOTSUP, "%s: musl's loader takes no names from the vDSO: link without vdso.so; sys_... and names "
			"of the kernel can be had with musl, too", name);
	if (!needs.interpreter && (needs.type == ET_EXEC || needs.is_pie))
		return err_set(err, ENOTSUP, "%s: is static: it has no dynamic linker, which alone can take names from the vDSO: link "
			"without vdso.so, or without -static; libc finds the vDSO's clock by itself", name);
	return 0;
}
