// SPDX-License-Identifier: GPL-2.0-or-later
#include "loading.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "vdso.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

enum { OBJECTS_MAX = 2048 };

static const char *const standard_64[] = {
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", NULL,
};

static const char *const standard_32[] = {
	"/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib32", "/usr/lib32", "/lib", "/usr/lib", NULL,
};

static const char *const standard_armhf[] = {
	"/lib/arm-linux-gnueabihf", "/usr/lib/arm-linux-gnueabihf", "/lib", "/usr/lib", NULL,
};

/* musl looks elsewhere, and in nothing that ld.so.conf lists. */
static const char *const standard_musl[] = {
	"/lib/x86_64-linux-musl", "/usr/lib/x86_64-linux-musl", "/lib", "/usr/local/lib", "/usr/lib", NULL,
};

static const char *const no_variants[] = { "", NULL };

static int no_memory(struct loading *loading)
{
	return err_set(loading->err, ENOMEM, "out of memory");
}

static void loaded_free(struct loaded *object)
{
	if (!object)
		return;
	free(object->name);
	free(object->path);
	free(object->other_path);
	elf_needs_release(&object->needs);
	free(object);
}

void loading_release(struct loading *loading)
{
	for (size_t i = 0; i < loading->count; i++)
		loaded_free(loading->objects[i]);
	free(loading->objects);
	loading->objects = NULL;
	loading->count = 0;
}

static bool needs_library(const struct elf_needs *needs, const char *name)
{
	for (char **library = needs->libraries; library && *library; library++)
		if (strcmp(*library, name) == 0)
			return true;
	return false;
}

bool loading_is_musl(const struct elf_needs *needs)
{
	if (needs->interpreter)
		return strstr(needs->interpreter, "/ld-musl-");
	return needs_library(needs, "libc.so") || needs_library(needs, "libc.musl-x86_64.so.1");
}

char *loading_expand(const char *entry, size_t length, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool known = true;

	if (!out)
		return NULL;
	for (size_t i = 0; i < length;) {
		size_t skip = 0;

		if (!strncmp(entry + i, "$ORIGIN", 7))
			skip = 7;
		else if (!strncmp(entry + i, "${ORIGIN}", 9))
			skip = 9;
		if (skip)
			fprintf(out, "%.*s", slash ? (int)(slash - path) : 0, path);
		else
			putc(entry[i], out);
		known = known && (skip || entry[i] != '$');
		i += skip ? skip : 1;
	}
	if (fclose(out) == 0 && known && *text == '/')
		return text;
	free(text);
	return NULL;
}

/* Takes needs and other_path over. */
static int add_object(struct loading *loading, const struct loaded *parent, const char *name, const char *path,
	struct elf_needs *needs, char *other_path)
{
	struct loaded *object = calloc(1, sizeof(*object)), **objects;

	if (!object) {
		free(other_path);
		return no_memory(loading);
	}
	*object = (struct loaded){ .parent = parent, .name = strdup(name), .path = strdup(path), .other_path = other_path,
		.needs = *needs };
	*needs = (struct elf_needs){};
	objects = reallocarray(loading->objects, loading->count + 1, sizeof(struct loaded *));
	if (objects)
		loading->objects = objects;
	if (!objects || !object->name || !object->path) {
		loaded_free(object);
		return no_memory(loading);
	}
	objects[loading->count++] = object;
	return loading->user->added ? loading->user->added(loading, object) : 0;
}

int loading_begin(struct loading *loading, const char *path, struct elf_needs *needs)
{
	if (!loading->standard)
		loading->standard = loading_is_musl(needs) ? standard_musl : needs->machine == EM_ARM ? standard_armhf :
			needs->class == ELFCLASS32 ? standard_32 : standard_64;
	if (loading_is_musl(needs))
		loading->configured = NULL;
	if (!loading->variants)
		loading->variants = no_variants;
	return add_object(loading, NULL, "", path, needs, NULL);
}

/* 1 when there is a library, which has been added then. */
static int try_place(struct loading *loading, const struct loading_place *place)
{
	_cleanup_needs_ struct elf_needs needs = {};
	char *other_path = NULL;
	int result = loading->user->find(loading, place, &needs, &other_path);

	if (result <= 0) {
		free(other_path);
		return result;
	}
	if (loading->count == OBJECTS_MAX) {
		free(other_path);
		return err_set(loading->err, ELOOP, "%s: needs more than %d libraries", loading->objects[0]->path, OBJECTS_MAX);
	}
	result = add_object(loading, place->parent, place->name, place->path, &needs, other_path);
	return result < 0 ? result : 1;
}

/* All of its variants: which one is taken depends on the processor. */
static int try_directory(struct loading *loading, struct loading_place *place)
{
	int found = 0;

	for (const char *const *variant = loading->variants; *variant && found >= 0; variant++) {
		char path[PATH_MAX];
		int result;

		if (snprintf(path, sizeof(path), "%s/%s%s", place->directory, *variant, place->name) >= (int)sizeof(path))
			continue;
		place->path = path;
		result = try_place(loading, place);
		found = result < 0 ? result : found | result;
	}
	return found;
}

/* A list of DT_RPATH or DT_RUNPATH, which owner has. */
static int try_list(struct loading *loading, struct loading_place place, const char *list, const struct loaded *owner)
{
	int result = 0;

	place.owner = owner;
	while (list && *list && result == 0) {
		size_t length = strcspn(list, ":");
		_cleanup_free_ char *directory = loading_expand(list, length, owner->path);

		place.directory = directory;
		place.entry = list;
		place.entry_length = length;
		if (directory)
			result = try_directory(loading, &place);
		list += length;
		list += *list == ':';
	}
	return result;
}

static int try_shared(struct loading *loading, struct loading_place place, const char *const *paths, int found)
{
	for (; paths && *paths && found >= 0 && (found == 0 || loading->all_shared); paths++) {
		int result;

		place.directory = *paths;
		result = try_directory(loading, &place);
		found = result < 0 ? result : found | result;
	}
	return found;
}

static int try_path_itself(struct loading *loading, struct loading_place place)
{
	_cleanup_free_ char *path = loading_expand(place.name, strlen(place.name), place.parent->path);

	place.path = path ? path : place.name;
	return try_place(loading, &place);
}

/* In the order of ld.so(8). */
static int search(struct loading *loading, const struct loaded *parent, const char *name)
{
	const struct loading_place place = { .parent = parent, .name = name };
	int result = 0;

	if (strchr(name, '/'))
		return try_path_itself(loading, place);
	if (!parent->needs.runpath)
		for (const struct loaded *owner = parent; owner && result == 0; owner = owner->parent)
			result = try_list(loading, place, owner->needs.rpath, owner);
	if (result == 0 && loading->environment)
		result = try_shared(loading, place, (const char *const *)loading->environment->paths, 0);
	if (result == 0)
		result = try_list(loading, place, parent->needs.runpath, parent);
	if (result != 0)
		return result;
	if (loading->configured)
		result = try_shared(loading, place, (const char *const *)loading->configured->paths, 0);
	return result < 0 ? result : try_shared(loading, place, loading->standard, result);
}

static bool is_known(const struct loading *loading, const char *name)
{
	const char *interpreter = loading->to_run ? loading->objects[0]->needs.interpreter : NULL;
	const char *slash = interpreter ? strrchr(interpreter, '/') : NULL;

	/* It is in memory before the loader is; but musl's does not look there. */
	if (vdso_is_name(name) && !loading_is_musl(&loading->objects[0]->needs))
		return true;
	/* The C library needs the interpreter by its name, and that is loaded from the start. */
	if (interpreter && !strcmp(slash ? slash + 1 : interpreter, name))
		return true;
	for (size_t i = 1; i < loading->count; i++)
		if (!strcmp(loading->objects[i]->name, name))
			return true;
	return false;
}

int loading_add(struct loading *loading, const struct loaded *parent, const char *name, bool must)
{
	int result = is_known(loading, name) ? 1 : search(loading, parent, name);

	if (result == 0 && must)
		return loading->user->missing(loading, parent, name);
	return result < 0 ? result : 0;
}

int loading_walk(struct loading *loading)
{
	int result = 0;

	/* The list grows while it is walked. */
	for (size_t i = 0; i < loading->count && result == 0; i++) {
		const struct loaded *object = loading->objects[i];

		for (char **name = object->needs.libraries; name && *name && result == 0; name++)
			result = loading_add(loading, object, *name, true);
		/* The C library loads it by itself when a thread ends early, and aborts if it is not there. */
		if (result == 0 && loading->to_run && i + 1 == loading->count && is_known(loading, "libc.so.6"))
			result = loading_add(loading, loading->objects[0], "libgcc_s.so.1", false);
	}
	return result;
}
