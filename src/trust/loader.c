// SPDX-License-Identifier: GPL-2.0-or-later
#include "loader.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/ldconf.h"
#include "image/needs.h"
#include "library.h"
#include "walk.h"

enum { OBJECTS_MAX = 2048, PRELOAD_MAX = 1 << 16 };

static const char *const standard[] = {
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
};

static const char *const standard_musl[] = {
	"/lib/x86_64-linux-musl", "/usr/lib/x86_64-linux-musl", "/lib", "/usr/local/lib", "/usr/lib",
};

/* Below each directory, for processors that can do more: the processor decides. */
static const char *const variants[] = {
	"", "glibc-hwcaps/x86-64-v2/", "glibc-hwcaps/x86-64-v3/", "glibc-hwcaps/x86-64-v4/",
};

/* The program, or a library. */
struct object {
	const struct object *parent;	/* the first that needed it, NULL for the program */
	char *name;			/* as that one calls it */
	char *origin;			/* the directory that it is in */
	struct elf_needs needs;
};

struct loader {
	const struct walk_root *root;
	const char *program;		/* its name, with which sentences begin */
	struct directories places;	/* that all programs share */
	struct object **objects;	/* in the order in which they are found */
	size_t count;
	struct kml_err *err;
};

static void loader_release(struct loader *loader)
{
	/* The needs of the first are the caller's. */
	for (size_t i = 0; i < loader->count; i++) {
		if (i > 0)
			elf_needs_release(&loader->objects[i]->needs);
		free(loader->objects[i]->name);
		free(loader->objects[i]->origin);
		free(loader->objects[i]);
	}
	free(loader->objects);
	directories_release(&loader->places);
}

static int no_memory(struct loader *loader)
{
	return err_set(loader->err, ENOMEM, "out of memory");
}

/* Puts the program and what is wrong with one of its libraries before the sentence that says why. */
static int refuse(struct loader *loader, const char *what, const char *name)
{
	struct kml_err why = *loader->err;

	return err_set(loader->err, EPERM, "%.256s: %s %.256s: %.480s", loader->program, what, name, why.text);
}

/* Replaces $ORIGIN; NULL when the result is no absolute path, or something else would have to be replaced. */
static char *expand(const char *entry, size_t length, const char *origin)
{
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
			fputs(origin, out);
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

/* The next directory of a DT_RPATH or DT_RUNPATH, to be freed; NULL at the end. */
static int next_entry(struct loader *loader, const struct object *object, const char **list, char **ret)
{
	size_t length = strcspn(*list, ":");

	*ret = expand(*list, length, object->origin);
	if (!*ret)
		return err_set(loader->err, EPERM, "%s: %s looks for libraries in '%.*s', which can be anywhere: an absolute "
			"path, or $ORIGIN, is needed", loader->program, object->parent ? object->name : "it",
			(int)(length < 128 ? length : 128), *list);
	*list += length;
	*list += **list == ':';
	return 0;
}

/* Whoever can put a file there decides what is found first. */
static int check_search_path(struct loader *loader, const struct object *object, const char *list)
{
	int result = 0;

	while (list && *list && result == 0) {
		_cleanup_free_ char *directory = NULL;

		result = next_entry(loader, object, &list, &directory);
		if (result == 0 && library_check_directory(loader->root, directory, loader->err) < 0)
			result = refuse(loader, object->parent ? "a library of it looks for others in" :
				"looks for libraries in", directory);
	}
	return result;
}

/* Takes needs over when it is not the program's. */
static int add_object(struct loader *loader, const struct object *parent, const char *name, const char *origin,
	struct elf_needs *needs)
{
	struct object **objects = reallocarray(loader->objects, loader->count + 1, sizeof(struct object *));
	struct object *object = calloc(1, sizeof(*object));
	int result;

	if (objects)
		loader->objects = objects;
	if (!objects || !object || loader->count == OBJECTS_MAX) {
		free(object);
		return loader->count == OBJECTS_MAX ? err_set(loader->err, ELOOP, "%s: needs more than %d libraries",
			loader->program, OBJECTS_MAX) : no_memory(loader);
	}
	*object = (struct object){ .parent = parent, .name = strdup(name), .origin = strdup(origin), .needs = *needs };
	*needs = (struct elf_needs){};
	objects[loader->count++] = object;
	if (!object->name || !object->origin)
		return no_memory(loader);
	if (object->needs.brings_more)
		return err_set(loader->err, EPERM, "%s: %s has the loader bring in libraries for auditing or filtering, "
			"which nobody could check", loader->program, parent ? name : "it");
	result = check_search_path(loader, object, object->needs.rpath);
	return result < 0 ? result : check_search_path(loader, object, object->needs.runpath);
}

/* 1 when there is such a library. */
static int try_path(struct loader *loader, const struct object *parent, const char *name, const char *path)
{
	_cleanup_needs_ struct elf_needs needs = {};
	int result = library_open(loader->root, path, &needs, loader->err);
	_cleanup_free_ char *origin = NULL;

	if (result < 0)
		return refuse(loader, "its library", name);
	if (result == 0)
		return 0;
	origin = strndup(path, strrchr(path, '/') - path);
	if (!origin)
		return no_memory(loader);
	result = add_object(loader, parent, name, origin, &needs);
	return result < 0 ? result : 1;
}

static int try_directory(struct loader *loader, const struct object *parent, const char *name, const char *directory)
{
	int found = 0;

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]) && found >= 0; i++) {
		char path[PATH_MAX];
		int result = 0;

		if (snprintf(path, sizeof(path), "%s/%s%s", directory, variants[i], name) < (int)sizeof(path))
			result = try_path(loader, parent, name, path);
		found = result < 0 ? result : found | result;
	}
	return found;
}

static int try_search_path(struct loader *loader, const struct object *parent, const char *name,
	const struct object *owner, const char *list)
{
	int result = 0;

	while (list && *list && result == 0) {
		_cleanup_free_ char *directory = NULL;

		result = next_entry(loader, owner, &list, &directory);
		if (result == 0)
			result = try_directory(loader, parent, name, directory);
	}
	return result;
}

/* What the name leads to if it is a path. */
static int search_path_name(struct loader *loader, const struct object *parent, const char *name)
{
	_cleanup_free_ char *path = expand(name, strlen(name), parent->origin);

	if (!path)
		return err_set(loader->err, EPERM, "%s: its library %.256s can be anywhere: an absolute path is needed",
			loader->program, name);
	return try_path(loader, parent, name, path);
}

static int search(struct loader *loader, const struct object *parent, const char *name)
{
	int result = 0;

	if (strchr(name, '/'))
		return search_path_name(loader, parent, name);
	if (!parent->needs.runpath)
		for (const struct object *owner = parent; owner && result == 0; owner = owner->parent)
			result = try_search_path(loader, parent, name, owner, owner->needs.rpath);
	if (result == 0)
		result = try_search_path(loader, parent, name, parent, parent->needs.runpath);
	if (result != 0)
		return result;
	for (size_t i = 0; i < loader->places.count && result >= 0; i++) {
		int found = try_directory(loader, parent, name, loader->places.paths[i]);

		result = found < 0 ? found : result | found;
	}
	return result;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_known(const struct loader *loader, const char *name)
{
	/* The C library needs the loader, which is there from the start, by its name. */
	if (!strcmp(base_name(loader->objects[0]->needs.interpreter), name))
		return true;
	for (size_t i = 1; i < loader->count; i++)
		if (!strcmp(loader->objects[i]->name, name))
			return true;
	return false;
}

static int add_library(struct loader *loader, const struct object *parent, const char *name, bool must)
{
	int result = is_known(loader, name) ? 1 : search(loader, parent, name);

	if (result == 0 && must)
		return err_set(loader->err, ENOENT, "%s: its library %.256s is not found where root's programs have theirs",
			loader->program, name);
	return result < 0 ? result : 0;
}

static int add_places(struct loader *loader, const char *interpreter)
{
	bool is_musl = strstr(interpreter, "/ld-musl-");
	const char *const *list = is_musl ? standard_musl : standard;
	size_t count = is_musl ? sizeof(standard_musl) / sizeof(*list) : sizeof(standard) / sizeof(*list);
	int result = is_musl ? 0 : ldconf_read_below(loader->root->name, "/etc/ld.so.conf", &loader->places);

	for (size_t i = 0; i < count && result == 0; i++)
		result = directories_add(&loader->places, list[i], strlen(list[i]));
	return result < 0 ? no_memory(loader) : 0;
}

static int pass(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err)
{
	(void)fd, (void)status, (void)name, (void)context, (void)err;
	return 0;
}

/* Libraries that the loader brings into every program, as far as they are there. */
static int add_preloaded(struct loader *loader)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	struct kml_err ignored;
	char *save, *name;
	size_t size;
	int result = 0;

	if (walk_open(loader->root, "/etc/ld.so.preload", WALK_LINKS, pass, NULL, &fd, &ignored) < 0)
		return 0;
	if (file_read_all(fd, PRELOAD_MAX, &text, &size) < 0)
		return err_set(loader->err, EIO, "%s/etc/ld.so.preload: cannot be read", loader->root->name);
	for (name = strtok_r(text, " \t\n:", &save); name && result == 0; name = strtok_r(NULL, " \t\n:", &save))
		result = add_library(loader, loader->objects[0], name, false);
	return result;
}

static int check_interpreter(struct loader *loader, const char *interpreter)
{
	int result = library_check_loader(loader->root, interpreter, loader->err);

	if (result < 0)
		return refuse(loader, "its loader", interpreter);
	if (result == 0)
		return err_set(loader->err, ENOENT, "%s: its loader %s%s is not there", loader->program, loader->root->name,
			interpreter);
	return 0;
}

static int add_all(struct loader *loader)
{
	int result = 0;

	/* The list grows while it is walked. */
	for (size_t i = 0; i < loader->count && result == 0; i++) {
		const struct object *object = loader->objects[i];

		for (char **name = object->needs.libraries; *name && result == 0; name++)
			result = add_library(loader, object, *name, true);
	}
	return result;
}

int loader_check(const struct walk_root *root, const char *directory, const char *name, const struct elf_needs *program,
	struct kml_err *err)
{
	_cleanup_(loader_release) struct loader loader = { .root = root, .program = name, .err = err };
	struct elf_needs needs = *program;
	int result;

	if (!program->interpreter)
		return 0;
	result = check_interpreter(&loader, program->interpreter);
	if (result == 0)
		result = add_places(&loader, program->interpreter);
	if (result == 0)
		result = add_object(&loader, NULL, "", directory, &needs);
	if (result == 0)
		result = add_preloaded(&loader);
	if (result == 0)
		result = add_all(&loader);
	/* The C library loads it by itself when a thread ends early. */
	if (result == 0 && is_known(&loader, "libc.so.6"))
		result = add_library(&loader, loader.objects[0], "libgcc_s.so.1", false);
	return result < 0 ? result : add_all(&loader);
}
