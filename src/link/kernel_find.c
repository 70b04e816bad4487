// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_find.h"

#include "common/build.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "image/note.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

#define NOTES_SIZE_MAX (1 << 20)

/* Paths without the root; release and build-id come in by name. The best first: what has most to say. */
static const char *const places[] = {
	"/usr/lib/debug/boot/vmlinux-@release@",
	"/usr/lib/debug/lib/modules/@release@/vmlinux",
	"/usr/lib/debug/.build-id/@build-id@.debug",
	"/boot/vmlinux-@release@",
	"/lib/modules/@release@/build/vmlinux",
	"/lib/modules/@release@/vmlinux",
	"/boot/System.map-@release@",
	"/lib/modules/@release@/System.map",
	"/boot/vmlinuz-@release@",
	"/lib/modules/@release@/vmlinuz",
	"/proc/kallsyms",
};

/* False when the place needs what is not known. */
static bool make_path(const char *place, const struct running *running, char path[PATH_MAX])
{
	const char *at = strchr(place, '@'), *end = at ? strchr(at + 1, '@') : NULL;
	char id[2 * KML_BUILD_ID_SIZE + 2];
	const char *word = running->release;

	if (!at) {
		return snprintf(path, PATH_MAX, "%s%s", running->root, place) < PATH_MAX;
	}
	if (strncmp(at, "@build-id@", 10) == 0) {
		if (!running->build_id)
			return false;
		for (size_t i = 0; i < KML_BUILD_ID_SIZE; i++)
			snprintf(id + 2 * i + (i > 0), 4, i ? "%02x" : "%02x/", running->build_id[i]);
		word = id;
	}
	return snprintf(path, PATH_MAX, "%s%.*s%s%s", running->root, (int)(at - place), place, word, end + 1) < PATH_MAX;
}

static bool is_same(const struct running *running, const struct kernel *kernel)
{
	const struct kernel_image *image = &kernel->images[0];

	return !running->build_id || !image->has_build_id ||
		memcmp(image->build_id, running->build_id, KML_BUILD_ID_SIZE) == 0;
}

int kernel_open_running(const struct running *running, const struct kernel_source *source, struct kernel *ret,
	struct kml_err *err)
{
	struct kernel_source place = *source;
	struct kml_err problem = {}, first = {};
	char path[PATH_MAX];

	place.path = path;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct kernel kernel = {};
		int result;

		if (!make_path(places[i], running, path))
			continue;
		result = kernel_open(&place, &kernel, &problem);
		if (result == 0 && is_same(running, &kernel)) {
			/* A list has no build-id; the kernel that runs has told its own. */
			if (running->build_id && !kernel.images[0].has_build_id) {
				memcpy(kernel.images[0].build_id, running->build_id, KML_BUILD_ID_SIZE);
				kernel.images[0].has_build_id = true;
			}
			*ret = kernel;
			return 0;
		}
		if (result == 0) {
			err_set(&problem, ESTALE, "%s: is not the kernel that runs (the build-id is another)", path);
			kernel_close(&kernel);
		}
		/* What is there, but no good, is worth telling. */
		if (result != -ENOENT && !first.text[0])
			first = problem;
	}
	return err_set(err, ENOENT, "no symbols of the running kernel (%s) found%s%.700s", running->release,
		*first.text ? ": " : "; name a kernel with --kernel", first.text);
}

bool kernel_running_build_id(unsigned char ret[KML_BUILD_ID_SIZE])
{
	struct bytes notes;
	struct kml_err ignored;
	bool found;

	if (bytes_read("/sys/kernel/notes", NOTES_SIZE_MAX, &notes, &ignored) < 0)
		return false;
	found = note_build_id_in(notes.data, notes.size, ret);
	bytes_free(&notes);
	return found;
}

static int open_this(const struct kernel_source *source, struct kernel *ret, struct kml_err *err)
{
	unsigned char build_id[KML_BUILD_ID_SIZE];
	struct running running = { .root = "" };
	struct utsname name;

	if (uname(&name) < 0)
		return err_errno(err, "uname");
	running.release = name.release;
	if (kernel_running_build_id(build_id))
		running.build_id = build_id;
	return kernel_open_running(&running, source, ret, err);
}

int kernel_find(const struct kernel_source *source, unsigned int machine, struct kernel *ret, struct kml_err *err)
{
	struct kernel_source found = *source;
	bool here = machine == KML_NATIVE_MACHINE;
	struct kernel_build build;
	struct kml_err problem;
	int result;

	if (!source->path && here && kernel_mode_runs())
		return open_this(source, ret, err);
	/* A file that is named is taken as it is; it need not be a vmlinux. */
	if (source->path && kernel_build_is_file(source->path))
		return kernel_open(source, ret, err);
	result = kernel_build_find(source->path, machine, &build, err);
	if (result < 0 && !source->path && here && open_this(source, ret, &problem) == 0)
		return 0;
	if (result < 0)
		return result;
	found.path = build.vmlinux;
	return kernel_open(&found, ret, err);
}

int kernel_check_machine(const struct kernel *kernel, unsigned int machine, struct kml_err *err)
{
	const struct kernel_image *image = &kernel->images[0];

	if (strcmp(image->kind, "vDSO") == 0)
		return err_set(err, EINVAL, "%s: is a vDSO, code for ordinary programs, and not the kernel", image->path);
	if (image->machine == machine || image->machine == EM_NONE)
		return 0;
	return err_set(err, EINVAL, "%s: is a kernel for %s, but the program is for %s", image->path,
		kernel_machine_name(image->machine), kernel_machine_name(machine));
}
