// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "guest/modules.h"

static void cleanup_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static int add_module(struct bundle *bundle, int directory, const char *name, struct kml_err *err)
{
	char path[PATH_MAX];
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "module %s", name);
	snprintf(path, sizeof(path), MODULES_DIRECTORY "/%s", name);
	return bundle_add_file(bundle, path, fd, name, err);
}

int modules_add(struct bundle *bundle, const char *kernel, struct kml_err *err)
{
	_cleanup_(cleanup_directory) DIR *directory = NULL;
	const char *slash = strrchr(kernel, '/');
	const struct dirent *entry;
	char path[PATH_MAX];
	int result = 0;

	if (snprintf(path, sizeof(path), "%.*sload", slash ? (int)(slash - kernel) + 1 : 0, kernel) >= (int)sizeof(path))
		return err_set(err, ENAMETOOLONG, "%.64s...: the path is too long", kernel);
	directory = opendir(path);
	if (!directory)
		return errno == ENOENT ? 0 : err_errno(err, "%s", path);
	while (result == 0 && (entry = readdir(directory))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && !strcmp(dot, ".ko"))
			result = add_module(bundle, dirfd(directory), entry->d_name, err);
	}
	return result;
}
