// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/note.h"
#include "image/vdso.h"
#include "kernel.h"
#include "kernel_types.h"
#include "kernel_vdso.h"
#include "messages.h"
#include "syscalls.h"
#include "types/hash.h"
#include "types/text.h"
#include "vdso_needs.h"

#include <errno.h>
#include <string.h>

#define PROGRAM_SIZE_MAX ((size_t)4 << 30)

struct check {
	const char *path;
	const struct kernel *kernel;
	struct types types;
	struct note note;
	struct messages *messages;
	bool failed;
};

static void complain(struct check *check, const char *problem, const char *name, const char *more)
{
	messages_add(check->messages, "%s: the kernel (%s) %s '%s'%s", check->path, check->kernel->text, problem, name, more);
	check->failed = true;
}

static const char *asked_name(const struct kernel *kernel, const struct note_import *import)
{
	const struct syscall_entry *syscall = import->kind == KML_KIND_SYSCALL ? syscall_find(kernel_arch(kernel), import->name) : NULL;

	return syscall ? syscall->function : import->name;
}

/* Several names of one place are as good as one. */
static bool is_ambiguous(const struct kernel_match *match)
{
	for (size_t i = 1; i < match->kept; i++)
		if (match->candidates[i].value != match->candidates[0].value)
			return true;
	return false;
}

static void check_name(struct check *check, const struct note_import *import, const struct kernel_match *match)
{
	enum kernel_symbol_class class = match->count ? match->candidates[0].class : KERNEL_UNLOADED;

	if (import->kind == KML_KIND_SYSCALL && (!match->count || match->candidates[0].scope == KERNEL_WEAK))
		complain(check, "is built without the system call", import->name, "");
	else if (import->kind == KML_KIND_SYSCALL)
		return;
	else if (class == KERNEL_UNLOADED || class == KERNEL_VDSO)
		complain(check, "has no symbol", import->name, "");
	else if (is_ambiguous(match))
		complain(check, "has several symbols", import->name, "");
	else if (class != (import->kind == KML_KIND_DATA ? KERNEL_DATA : KERNEL_FUNCTION))
		complain(check, "has something else under the name", import->name,
			import->kind == KML_KIND_DATA ? ": no data that a program can use" : ": no function that a program can call");
}

static void check_type(struct check *check, const struct note_import *import)
{
	_cleanup_free_ char *there = NULL, *more = NULL;
	struct type type;

	if (!import->type || import->kind != KML_KIND_FUNCTION ||
			types_function(&check->types, import->name, &type) != TYPES_KNOWN || hash_type(type) == import->type)
		return;
	there = text_declaration(type, import->name);
	if (asprintf(&more, ": '%s'", there ?: "?") < 0)
		more = NULL;
	complain(check, "has another type for", import->name, more ?: "");
}

/* The very kernel that it was linked for has what it had then. */
static bool is_same_kernel(const struct check *check)
{
	static const unsigned char none[KML_BUILD_ID_SIZE];
	const unsigned char *build_id = check->note.header.build_id;

	return memcmp(build_id, none, sizeof(none)) != 0 && check->kernel->images[0].has_build_id &&
		memcmp(build_id, kernel_build_id(check->kernel), KML_BUILD_ID_SIZE) == 0;
}

static int check_imports(struct check *check, struct kml_err *err)
{
	_cleanup_free_ struct kernel_match *matches = calloc(check->note.import_count + 1, sizeof(*matches));
	_cleanup_(names_free) struct names names = {};
	bool memory = matches, same = is_same_kernel(check);

	for (size_t i = 0; memory && i < check->note.import_count; i++)
		memory = names_add(&names, asked_name(check->kernel, &check->note.imports[i])) != NAMES_NONE;
	memory = memory && kernel_match_all(check->kernel, &names, matches) == 0;
	for (size_t i = 0; memory && i < check->note.import_count; i++) {
		const struct note_import *import = &check->note.imports[i];

		if (same && import->address)
			continue;
		check_name(check, import, &matches[names_find(&names, asked_name(check->kernel, import))]);
		check_type(check, import);
	}
	if (matches)
		kernel_match_free(matches, names.count);
	return memory ? 0 : err_set(err, ENOMEM, "out of memory");
}

/* The loader ends a program whose vDSO has not what it takes from there. */
static int check_vdso(struct check *check, const struct vdso_needs *needs, struct kml_err *err)
{
	_cleanup_(vdso_close) struct vdso vdso = {};
	int result = needs->count ? kernel_vdso_open(check->kernel, &vdso, err) : 0;

	for (size_t i = 0; result == 0 && i < needs->count; i++) {
		const struct vdso_need *need = &needs->list[i];
		const char *version = vdso_version(&vdso, need->name);

		if (version && strcmp(version, need->version) == 0)
			continue;
		messages_add(check->messages, "%s: the vDSO of the kernel (%s) has no '%s' of version %s", check->path,
			check->kernel->text, need->name, need->version);
		check->failed = true;
	}
	return result;
}

static int check_note(struct check *check, const char *btf, struct kml_err *err)
{
	int result;

	if (check->note.header.abi_version != KML_ABI_VERSION)
		return err_set(err, ENOEXEC, "%s: linked for version %u of the kernel mode interface, but this is version %d: "
			"link it again", check->path, check->note.header.abi_version, KML_ABI_VERSION);
	result = kernel_types_open(check->kernel, btf, NULL, &check->types, err);
	return result < 0 ? result : check_imports(check, err);
}

int check_program(const char *path, const struct kernel *kernel, const char *btf, struct messages *messages,
	struct kml_err *err)
{
	struct check check = { .path = path, .kernel = kernel, .messages = messages };
	_cleanup_(vdso_needs_free) struct vdso_needs needs = {};
	_cleanup_(image_close) struct image image = {};
	int result = image_open(path, path, PROGRAM_SIZE_MAX, &image, err), has_note = 0;

	if (result == 0)
		result = has_note = note_read(&image, &check.note, err);
	if (result >= 0 && vdso_needs_read(&image, &needs) < 0)
		result = err_set(err, ENOMEM, "out of memory");
	if (result == 0 && !needs.count)
		result = err_set(err, ENOENT, "%s: has no KML note, and needs nothing of the vDSO: kml-link did not make it", path);
	if (result >= 0 && has_note > 0)
		result = check_note(&check, btf, err);
	if (result >= 0)
		result = check_vdso(&check, &needs, err);
	types_close(&check.types);
	note_free(&check.note);
	if (result < 0 || !check.failed)
		return result;
	err->text[0] = '\0';
	return -ENOEXEC;
}
