// SPDX-License-Identifier: GPL-2.0-or-later
#include "loader.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/ldconf.h"
#include "image/loading.h"
#include "library.h"
#include "walk.h"

enum { PRELOAD_MAX = 1 << 16 };

/* Below each directory, for processors that can do more: the processor decides. */
static const char *const variants[] = {
	"", "glibc-hwcaps/x86-64-v2/", "glibc-hwcaps/x86-64-v3/", "glibc-hwcaps/x86-64-v4/", NULL,
};

struct loader {
	const struct walk_root *root;
	const char *program; /* its name, with which sentences begin */
};

/* Puts the program and what is wrong with one of its libraries before the sentence that says why. */
static int refuse(struct loading *loading, const char *what, const char *name)
{
	const struct loader *loader = loading->context;
	struct kml_err why = *loading->err;

	return err_set(loading->err, EPERM, "%.256s: %s %.256s: %.480s", loader->program, what, name, why.text);
}

/* The next directory of a DT_RPATH or DT_RUNPATH, to be freed; NULL at the end. */
static int next_entry(struct loading *loading, const struct loaded *object, const char **list, char **ret)
{
	const struct loader *loader = loading->context;
	size_t length = strcspn(*list, ":");

	*ret = loading_expand(*list, length, object->path);
	if (!*ret)
		return err_set(loading->err, EPERM, "%s: %s looks for libraries in '%.*s', which can be anywhere: an absolute "
			"path, or $ORIGIN, is needed", loader->program, object->parent ? object->name : "it",
			(int)(length < 128 ? length : 128), *list);
	*list += length;
	*list += **list == ':';
	return 0;
}

/* Whoever can put a file there decides what is found first. */
static int check_search_path(struct loading *loading, const struct loaded *object, const char *list)
{
	const struct loader *loader = loading->context;
	int result = 0;

	while (list && *list && result == 0) {
		_cleanup_free_ char *directory = NULL;

		result = next_entry(loading, object, &list, &directory);
		if (result == 0 && library_check_directory(loader->root, directory, loading->err) < 0)
			result = refuse(loading, object->parent ? "a library of it looks for others in" :
				"looks for libraries in", directory);
	}
	return result;
}

static int check_added(struct loading *loading, const struct loaded *object)
{
	const struct loader *loader = loading->context;
	int result;

	if (object->needs.brings_more)
		return err_set(loading->err, EPERM, "%s: %s has the loader bring in libraries for auditing or filtering, "
			"which nobody could check", loader->program, object->parent ? object->name : "it");
	result = check_search_path(loading, object, object->needs.rpath);
	return result < 0 ? result : check_search_path(loading, object, object->needs.runpath);
}

static int find(struct loading *loading, const struct loading_place *place, struct elf_needs *ret_needs, char **ret_other)
{
	const struct loader *loader = loading->context;
	int result;

	(void)ret_other;
	if (!place->directory && (*place->path != '/' || strchr(place->path, '$')))
		return err_set(loading->err, EPERM, "%s: its library %.256s can be anywhere: an absolute path is needed",
			loader->program, place->name);
	result = library_open(loader->root, place->path, &loading->objects[0]->needs, ret_needs, loading->err);
	return result < 0 ? refuse(loading, "its library", place->name) : result;
}

static int missing(struct loading *loading, const struct loaded *parent, const char *name)
{
	const struct loader *loader = loading->context;

	(void)parent;
	return err_set(loading->err, ENOENT, "%s: its library %.256s is not found where root's programs have theirs",
		loader->program, name);
}

static int pass(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err)
{
	(void)fd, (void)status, (void)name, (void)context, (void)err;
	return 0;
}

/* Libraries that the loader brings into every program, as far as they are there. */
static int add_preloaded(struct loading *loading)
{
	const struct loader *loader = loading->context;
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	struct kml_err ignored;
	char *save, *name;
	size_t size;
	int result = 0;

	if (walk_open(loader->root, "/etc/ld.so.preload", WALK_LINKS, pass, NULL, &fd, &ignored) < 0)
		return 0;
	if (file_read_all(fd, PRELOAD_MAX, &text, &size) < 0)
		return err_set(loading->err, EIO, "%s/etc/ld.so.preload: cannot be read", loader->root->name);
	for (name = strtok_r(text, " \t\n:", &save); name && result == 0; name = strtok_r(NULL, " \t\n:", &save))
		result = loading_add(loading, loading->objects[0], name, false);
	return result;
}

static int check_interpreter(struct loading *loading, const struct elf_needs *program)
{
	const struct loader *loader = loading->context;
	const char *interpreter = program->interpreter;
	int result = library_check_loader(loader->root, interpreter, program, loading->err);

	if (result < 0)
		return refuse(loading, "its loader", interpreter);
	if (result == 0)
		return err_set(loading->err, ENOENT, "%s: its loader %s%s is not there", loader->program, loader->root->name,
			interpreter);
	return 0;
}

/* Takes needs over. */
static int check_all(struct loading *loading, const char *path, struct elf_needs *needs)
{
	int result = check_interpreter(loading, needs);

	if (result == 0)
		result = loading_begin(loading, path, needs);
	if (result == 0)
		result = add_preloaded(loading);
	return result < 0 ? result : loading_walk(loading);
}

int loader_check(const struct walk_root *root, const char *directory, const char *name, struct elf_needs *program,
	struct kml_err *err)
{
	static const struct loading_user user = { .find = find, .added = check_added, .missing = missing };
	struct loader loader = { .root = root, .program = name };
	_cleanup_(directories_release) struct directories configured = {};
	_cleanup_(loading_release) struct loading loading = { .user = &user, .context = &loader, .configured = &configured,
		.variants = variants, .all_shared = true, .to_run = true, .err = err };
	_cleanup_free_ char *path = NULL;

	if (!program->interpreter)
		return 0;
	if (asprintf(&path, "%s/", directory) < 0 || ldconf_read_below(root->name, "/etc/ld.so.conf", &configured) < 0)
		return err_set(err, ENOMEM, "out of memory");
	return check_all(&loading, path, program);
}
