// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"

/* By the signature of the x86 boot protocol. */
static bool is_bzimage(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char signature[4];

	return fd >= 0 && pread(fd, signature, 4, 0x202) == 4 && !memcmp(signature, "HdrS", 4);
}

int kernel_find(const char *path, char ret[PATH_MAX], struct kml_err *err)
{
	struct kernel_build build;
	int result;

	if (path && is_bzimage(path)) {
		if (snprintf(ret, PATH_MAX, "%s", path) >= PATH_MAX)
			return err_set(err, ENAMETOOLONG, "%.64s...: the path is too long", path);
		return 0;
	}
	result = kernel_build_find(path, &build, err);
	if (result < 0)
		return result;
	if (!build.bzimage[0])
		return err_set(err, ENOENT, "%.800s: there is no bzImage beside it to boot", build.vmlinux);
	memcpy(ret, build.bzimage, PATH_MAX);
	return 0;
}
