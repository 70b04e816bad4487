// SPDX-License-Identifier: GPL-2.0-or-later
#include "libraries.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "architecture.h"
#include "bundle.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "image/loading.h"

/* Where the machine gets libraries that only this system's configuration finds: every loader looks here. */
#define PLACE_OF_OTHERS "/lib"

struct resolution {
	struct bundle *bundle;
	const char *guest_path; /* of the program */
};

int library_search_init(struct library_search *search, struct kml_err *err)
{
	const char *environment = getenv("LD_LIBRARY_PATH");

	*search = (struct library_search){};
	if ((environment && directories_add_list(&search->environment, environment, ":;") < 0) ||
		ldconf_read("/etc/ld.so.conf", &search->configured) < 0 ||
		directories_add(&search->configured, LOADING_CROSS_ROOT "/lib", strlen(LOADING_CROSS_ROOT "/lib")) < 0)
		return err_set(err, ENOMEM, "out of memory");
	return 0;
}

void library_search_release(struct library_search *search)
{
	directories_release(&search->environment);
	directories_release(&search->configured);
}

/* Opens a file that may be a library for this program; -1 when it cannot be one, as a loader goes on searching. */
static int open_library(const struct loading *loading, const char *path, struct elf_needs *ret)
{
	const struct elf_needs *program = &loading->objects[0]->needs;
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

static bool is_standard(const struct loading *loading, const char *directory)
{
	for (const char *const *standard = loading->standard; *standard; standard++)
		if (!strcmp(*standard, directory))
			return true;
	return false;
}

static const char *guest_path_of(const struct loading *loading, const struct loaded *object)
{
	const struct resolution *resolution = loading->context;

	return object->other_path ? object->other_path : resolution->guest_path;
}

/* Where the loader of the machine will look for it; NULL if nowhere. */
static char *make_guest_path(const struct loading *loading, const struct loading_place *place)
{
	_cleanup_free_ char *expanded = NULL;
	const char *directory = place->directory;
	char *path;

	if (!directory)
		return strdup(place->path);
	/* It sees the owner at another place. */
	if (place->owner)
		directory = expanded = loading_expand(place->entry, place->entry_length, guest_path_of(loading, place->owner));
	else if (!is_standard(loading, directory))
		directory = PLACE_OF_OTHERS;
	return directory && asprintf(&path, "%s/%s", directory, place->name) >= 0 ? path : NULL;
}

static int find(struct loading *loading, const struct loading_place *place, struct elf_needs *ret_needs, char **ret_guest)
{
	const struct resolution *resolution = loading->context;
	_cleanup_free_ char *guest = make_guest_path(loading, place);
	_cleanup_needs_ struct elf_needs needs = {};
	int fd, result;

	if (*place->path != '/' || !guest)
		return 0;
	fd = open_library(loading, place->path, &needs);
	if (fd < 0)
		return 0;
	result = bundle_add_file(resolution->bundle, guest, fd, place->path, loading->err);
	if (result < 0)
		return result;
	*ret_needs = needs;
	needs = (struct elf_needs){};
	*ret_guest = take_ptr(guest);
	return 1;
}

static int missing(struct loading *loading, const struct loaded *parent, const char *name)
{
	return err_set(loading->err, ENOENT, "%s: needs the library %s, which is not found; LD_LIBRARY_PATH may name its "
		"directory", parent->path, name);
}

static int open_below(const char *root, const char *path)
{
	_cleanup_free_ char *below = NULL;

	return asprintf(&below, "%s%s", root, path) < 0 ? -1 : open(below, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static int add_interpreter(struct bundle *bundle, const struct loaded *program, struct kml_err *err)
{
	const char *path = program->needs.interpreter;
	int fd;

	if (!path)
		return 0;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && program->needs.machine == EM_ARM)
		fd = open_below(LOADING_CROSS_ROOT, path);
	if (fd < 0)
		return err_errno(err, "%s: its interpreter %s", program->path, path);
	return bundle_add_file(bundle, path, fd, path, err);
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
	static const struct loading_user user = { .find = find, .missing = missing };
	struct resolution resolution = { .bundle = bundle, .guest_path = guest_path };
	_cleanup_(loading_release) struct loading loading = { .user = &user, .context = &resolution,
		.environment = &search->environment, .configured = &search->configured, .standard = search->standard,
		.to_run = true, .err = err };
	int result = loading_begin(&loading, host_path, needs);

	if (result == 0)
		result = copy_file(bundle, fd, host_path, guest_path, err);
	if (result == 0)
		result = add_interpreter(bundle, loading.objects[0], err);
	return result < 0 ? result : loading_walk(&loading);
}

/* Whether the machine could load it. */
static bool is_loadable(const struct elf_needs *needs)
{
	return vm_architecture_of(needs->machine) && (needs->type == ET_EXEC || needs->type == ET_DYN);
}

int libraries_add_program(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct kml_err *err)
{
	_cleanup_needs_ struct elf_needs needs = {};
	int result = elf_needs_read(fd, host_path, &needs, err);

	if (result == 0 && !is_loadable(&needs))
		return err_set(err, ENOEXEC, "%s: not a program for x86 or 32-bit ARM (ELF machine %u, type %u)", host_path,
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
