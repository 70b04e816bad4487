// SPDX-License-Identifier: GPL-2.0-or-later
#include "libraries.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "bundle.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "image/needs.h"

enum { OBJECT_LIMIT = 2048 };

/* Where the machine gets libraries that only this system's configuration finds: every loader looks here. */
#define PLACE_OF_OTHERS "/lib"

static const char *const standard_64[] = {
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", NULL,
};

static const char *const standard_32[] = {
	"/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib32", "/usr/lib32", "/lib", "/usr/lib", NULL,
};

/* The program, or a library that it or one of its libraries needs. */
struct object {
	struct object *parent;	/* the first that needed it */
	char *name;		/* as in DT_NEEDED */
	char *host, *guest;	/* paths */
	struct elf_needs needs;
};

struct resolution {
	struct bundle *bundle;
	const struct library_search *search;
	const char *const *standard;
	struct object **objects;	/* in the order in which the loader loads them */
	size_t count;
	struct kml_err *err;
};

int library_search_init(struct library_search *search, struct kml_err *err)
{
	const char *environment = getenv("LD_LIBRARY_PATH");

	*search = (struct library_search){};
	if ((environment && directories_add_list(&search->environment, environment, ":;") < 0) ||
		ldconf_read("/etc/ld.so.conf", &search->configured) < 0)
		return err_set(err, ENOMEM, "out of memory");
	return 0;
}

void library_search_release(struct library_search *search)
{
	directories_release(&search->environment);
	directories_release(&search->configured);
}

static void object_free(struct object *object)
{
	if (!object)
		return;
	free(object->name);
	free(object->host);
	free(object->guest);
	elf_needs_release(&object->needs);
	free(object);
}

static void resolution_release(struct resolution *resolution)
{
	for (size_t i = 0; i < resolution->count; i++)
		object_free(resolution->objects[i]);
	free(resolution->objects);
}

static int no_memory(struct resolution *resolution)
{
	return err_set(resolution->err, ENOMEM, "out of memory");
}

/* Takes needs over. */
static int add_object(struct resolution *resolution, struct object *parent, const char *name, const char *host,
	const char *guest, struct elf_needs *needs)
{
	struct object *object = calloc(1, sizeof(*object)), **objects;

	if (!object)
		return no_memory(resolution);
	*object = (struct object){ .parent = parent, .name = strdup(name), .host = strdup(host), .guest = strdup(guest),
		.needs = *needs };
	*needs = (struct elf_needs){};
	objects = reallocarray(resolution->objects, resolution->count + 1, sizeof(struct object *));
	if (objects)
		resolution->objects = objects;
	if (!objects || !object->name || !object->host || !object->guest) {
		object_free(object);
		return no_memory(resolution);
	}
	objects[resolution->count++] = object;
	return 0;
}

/* Opens a file that may be a library for this program; -1 when it cannot be one, as a loader goes on searching. */
static int open_library(const struct resolution *resolution, const char *path, struct elf_needs *ret)
{
	const struct elf_needs *program = &resolution->objects[0]->needs;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	_cleanup_needs_ struct elf_needs needs = {};
	struct kml_err ignored;

	if (fd < 0 || elf_needs_read(fd, path, &needs, &ignored) < 0)
		return -1;
	if (needs.class != program->class || needs.machine != program->machine || needs.type != ET_DYN)
		return -1;
	*ret = needs;
	needs = (struct elf_needs){};
	return take_fd(&fd);
}

/* 1 when the library is there and has been added, 0 when it is not. */
static int try_path(struct resolution *resolution, struct object *parent, const char *name, const char *host,
	const char *guest)
{
	_cleanup_needs_ struct elf_needs needs = {};
	int fd = open_library(resolution, host, &needs);
	int result;

	if (fd < 0)
		return 0;
	result = bundle_add_file(resolution->bundle, guest, fd, host, resolution->err);
	if (result == 0)
		result = add_object(resolution, parent, name, host, guest, &needs);
	return result < 0 ? result : 1;
}

static int try_directory(struct resolution *resolution, struct object *parent, const char *name, const char *host,
	const char *guest)
{
	char host_path[PATH_MAX], guest_path[PATH_MAX];

	if (snprintf(host_path, PATH_MAX, "%s/%s", host, name) >= PATH_MAX ||
		snprintf(guest_path, PATH_MAX, "%s/%s", guest, name) >= PATH_MAX)
		return 0;
	return try_path(resolution, parent, name, host_path, guest_path);
}

/* Replaces $ORIGIN by the directory of that path; NULL when something else would have to be replaced. */
static char *expand(const char *entry, size_t length, const char *path)
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
			fprintf(out, "%.*s", (int)(slash - path), path);
		else
			putc(entry[i], out);
		known = known && (skip || entry[i] != '$');
		i += skip ? skip : 1;
	}
	fclose(out);
	if (text && known && *text == '/')
		return text;
	free(text);
	return NULL;
}

/* A list of DT_RPATH or DT_RUNPATH, which owner has; the loader of the machine sees owner at another place. */
static int try_list(struct resolution *resolution, struct object *parent, const char *name, const char *list,
	const struct object *owner)
{
	int result = 0;

	while (list && *list && result == 0) {
		size_t length = strcspn(list, ":");
		_cleanup_free_ char *host = expand(list, length, owner->host);
		_cleanup_free_ char *guest = expand(list, length, owner->guest);

		if (host && guest)
			result = try_directory(resolution, parent, name, host, guest);
		list += length;
		list += *list == ':';
	}
	return result;
}

static bool is_standard(const struct resolution *resolution, const char *directory)
{
	for (const char *const *standard = resolution->standard; *standard; standard++)
		if (!strcmp(*standard, directory))
			return true;
	return false;
}

static int try_directories(struct resolution *resolution, struct object *parent, const char *name,
	const struct directories *directories)
{
	int result = 0;

	for (size_t i = 0; i < directories->count && result == 0; i++) {
		const char *host = directories->paths[i];

		result = try_directory(resolution, parent, name, host,
			is_standard(resolution, host) ? host : PLACE_OF_OTHERS);
	}
	return result;
}

/* In the order of ld.so(8). */
static int search_library(struct resolution *resolution, struct object *parent, const char *name)
{
	int result = 0;

	if (strchr(name, '/'))
		return *name == '/' ? try_path(resolution, parent, name, name, name) : 0;
	if (!parent->needs.runpath)
		for (struct object *owner = parent; owner && result == 0; owner = owner->parent)
			result = try_list(resolution, parent, name, owner->needs.rpath, owner);
	if (result == 0)
		result = try_directories(resolution, parent, name, &resolution->search->environment);
	if (result == 0)
		result = try_list(resolution, parent, name, parent->needs.runpath, parent);
	if (result == 0)
		result = try_directories(resolution, parent, name, &resolution->search->configured);
	for (const char *const *standard = resolution->standard; *standard && result == 0; standard++)
		result = try_directory(resolution, parent, name, *standard, *standard);
	return result;
}

static bool is_loaded(const struct resolution *resolution, const char *name)
{
	const char *interpreter = resolution->objects[0]->needs.interpreter;
	const char *slash = interpreter ? strrchr(interpreter, '/') : NULL;

	/* The C library needs the interpreter by its name, and that is loaded from the start. */
	if (slash && !strcmp(slash + 1, name))
		return true;
	for (size_t i = 0; i < resolution->count; i++)
		if (!strcmp(resolution->objects[i]->name, name))
			return true;
	return false;
}

static int add_library(struct resolution *resolution, struct object *parent, const char *name, bool must)
{
	int result;

	if (is_loaded(resolution, name))
		return 0;
	if (resolution->count == OBJECT_LIMIT)
		return err_set(resolution->err, ELOOP, "%s: needs more than %d libraries", resolution->objects[0]->host,
			OBJECT_LIMIT);
	result = search_library(resolution, parent, name);
	if (result == 0 && must)
		return err_set(resolution->err, ENOENT,
			"%s: needs the library %s, which is not found; LD_LIBRARY_PATH may name its directory",
			parent->host, name);
	return result < 0 ? result : 0;
}

static int add_interpreter(struct resolution *resolution, const struct object *program)
{
	const char *path = program->needs.interpreter;
	int fd;

	if (!path)
		return 0;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_errno(resolution->err, "%s: its interpreter %s", program->host, path);
	return bundle_add_file(resolution->bundle, path, fd, path, resolution->err);
}

static int add_all(struct resolution *resolution)
{
	int result = add_interpreter(resolution, resolution->objects[0]);

	/* The list grows while it is walked. */
	for (size_t i = 0; i < resolution->count && result == 0; i++) {
		struct object *object = resolution->objects[i];

		for (char **name = object->needs.libraries; *name && result == 0; name++)
			result = add_library(resolution, object, *name, true);
	}
	/* The C library loads it by itself when a thread ends early, and aborts if it is not there. */
	if (result == 0 && is_loaded(resolution, "libc.so.6"))
		result = add_library(resolution, resolution->objects[0], "libgcc_s.so.1", false);
	return result;
}

static int copy_file(struct bundle *bundle, int fd, const char *host_path, const char *guest_path, struct kml_err *err)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? err_errno(err, "%s", host_path) : bundle_add_file(bundle, guest_path, copy, host_path, err);
}

/* Takes needs over. */
static int add_with_libraries(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct elf_needs *needs, struct kml_err *err)
{
	_cleanup_(resolution_release) struct resolution resolution = { .bundle = bundle, .search = search, .err = err };
	int result;

	resolution.standard = search->standard;
	if (!resolution.standard)
		resolution.standard = needs->class == ELFCLASS32 ? standard_32 : standard_64;
	result = add_object(&resolution, NULL, "", host_path, guest_path, needs);
	if (result == 0)
		result = copy_file(bundle, fd, host_path, guest_path, err);
	return result < 0 ? result : add_all(&resolution);
}

/* Whether the machine could load it. */
static bool is_loadable(const struct elf_needs *needs)
{
	return (needs->machine == EM_X86_64 || needs->machine == EM_386) &&
		(needs->type == ET_EXEC || needs->type == ET_DYN);
}

int libraries_add_program(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct kml_err *err)
{
	_cleanup_needs_ struct elf_needs needs = {};
	int result = elf_needs_read(fd, host_path, &needs, err);

	if (result == 0 && !is_loadable(&needs))
		return err_set(err, ENOEXEC, "%s: not an x86 program (ELF machine %u, type %u)", host_path,
			needs.machine, needs.type);
	return result < 0 ? result : add_with_libraries(bundle, search, fd, host_path, guest_path, &needs, err);
}

int libraries_add_file(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct kml_err *err)
{
	_cleanup_needs_ struct elf_needs needs = {};

	if (elf_needs_read(fd, host_path, &needs, err) < 0 || !is_loadable(&needs)) {
		err->text[0] = '\0';
		return copy_file(bundle, fd, host_path, guest_path, err);
	}
	return add_with_libraries(bundle, search, fd, host_path, guest_path, &needs, err);
}
