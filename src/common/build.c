// SPDX-License-Identifier: GPL-2.0-or-later
#include "build.h"

#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kml/abi.h>

/* Composes a path; false when it is too long or not a readable file. */
__attribute__((format(printf, 2, 3))) static bool readable_file(char path[PATH_MAX], const char *format, ...)
{
	struct stat status;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	if (length > 0 && length < PATH_MAX && stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
			access(path, R_OK) == 0)
		return true;
	path[0] = '\0';
	return false;
}

static void find_image(const char *directory, struct kernel_build *build)
{
	static const char *const names[] = { "bzImage", "arch/x86/boot/bzImage", "zImage", "arch/arm/boot/zImage" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (readable_file(build->image, "%s/%s", directory, names[i]))
			return;
}

static int find_explicit(const char *path, struct kernel_build *build, struct kml_err *err)
{
	struct stat status;
	const char *slash;
	char directory[PATH_MAX];

	if (stat(path, &status) < 0)
		return err_errno(err, "%s", path);
	if (S_ISDIR(status.st_mode)) {
		if (!readable_file(build->vmlinux, "%s/vmlinux", path))
			return err_set(err, ENOENT, "%s: no readable vmlinux in this directory", path);
		find_image(path, build);
		return 0;
	}
	if (!readable_file(build->vmlinux, "%s", path))
		return err_set(err, EACCES, "%s: cannot be read, or is neither a file nor a directory", path);
	slash = strrchr(path, '/');
	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	find_image(directory, build);
	return 0;
}

/* The environment may choose the cache: it is the caller's own and nothing in it gives anybody privilege. */
static int cache_directory(char path[PATH_MAX], struct kml_err *err)
{
	const char *cache = getenv("KML_CACHE"), *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length;

	if (cache && *cache)
		length = snprintf(path, PATH_MAX, "%s", cache);
	else if (base && *base)
		length = snprintf(path, PATH_MAX, "%s/kml", base);
	else if (home && *home)
		length = snprintf(path, PATH_MAX, "%s/.cache/kml", home);
	else
		return err_set(err, ENOENT, "no kernel: neither KML_CACHE nor HOME is set; name one with --kernel");
	return length < PATH_MAX ? 0 : err_set(err, ENAMETOOLONG, "path of the cache is too long");
}

/* The build of the cache that the link of this name leads to; false when there is none */
static bool find_in_cache(const char *cache, const char *name, struct kernel_build *build)
{
	char directory[PATH_MAX];

	if (!readable_file(build->vmlinux, "%s/kernels/%s/vmlinux", cache, name))
		return false;
	if (snprintf(directory, sizeof(directory), "%s/kernels/%s", cache, name) < (int)sizeof(directory))
		find_image(directory, build);
	return true;
}

/* Of a build in the cache */
static bool may_be_name(const char *path)
{
	return !strchr(path, '/') && access(path, F_OK) < 0;
}

int kernel_build_find(const char *explicit_path, unsigned int machine, struct kernel_build *ret, struct kml_err *err)
{
	bool is_name = explicit_path && may_be_name(explicit_path);
	const char *current = machine == EM_ARM ? "current-arm" : "current";
	struct kernel_build build = {};
	char cache[PATH_MAX];
	int result;

	if (explicit_path && !is_name) {
		result = find_explicit(explicit_path, &build, err);
		if (result < 0)
			return result;
		*ret = build;
		return 0;
	}
	result = cache_directory(cache, err);
	if (result < 0)
		return result;
	if (!find_in_cache(cache, is_name ? explicit_path : current, &build)) {
		if (is_name)
			return err_set(err, ENOENT, "%s: neither a file nor a build in %.800s/kernels", explicit_path, cache);
		return err_set(err, ENOENT, "no kernel in %.800s/kernels: build one with 'kernel/build %s', "
			"or name one with --kernel", cache, machine == EM_ARM ? "arm-demo" : "demo");
	}
	*ret = build;
	return 0;
}

bool kernel_build_is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? !may_be_name(path) : !S_ISDIR(status.st_mode);
}

bool kernel_mode_runs(void)
{
	return access(KML_SYSFS_DIR, F_OK) == 0;
}
