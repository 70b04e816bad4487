// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "architecture.h"
#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"

/* By the signature of its boot protocol. */
static bool is_image(const char *path, const struct vm_architecture *architecture)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char signature[4];

	return fd >= 0 && pread(fd, signature, 4, architecture->signature_at) == 4 &&
		!memcmp(signature, architecture->signature, 4);
}

int kernel_find(const char *path, const struct vm_architecture *architecture, char ret[PATH_MAX], struct kml_err *err)
{
	struct kernel_build build;
	int result;

	if (path && is_image(path, architecture)) {
		if (snprintf(ret, PATH_MAX, "%s", path) >= PATH_MAX)
			return err_set(err, ENAMETOOLONG, "%.64s...: the path is too long", path);
		return 0;
	}
	result = kernel_build_find(path, architecture->machine, &build, err);
	if (result < 0)
		return result;
	if (!build.image[0] || !is_image(build.image, architecture))
		return err_set(err, ENOENT, "%.800s: there is no %s beside it to boot", build.vmlinux, architecture->image);
	memcpy(ret, build.image, PATH_MAX);
	return 0;
}
