// SPDX-License-Identifier: GPL-2.0-or-later
#include "put.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "kernel.h"
#include "temp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int put(const char *path, const void *bytes, size_t size, struct kml_err *err)
{
	const char *temporary = temp_path("new");
	_cleanup_close_ int fd = temporary ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
	int result;

	if (fd < 0)
		return err_errno(err, "%s", path);
	result = file_write_all(fd, bytes, size);
	if (result < 0)
		return err_set(err, -result, "%s: cannot write: %s", path, strerror(-result));
	if (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0)
		return err_errno(err, "%s: cannot put it in place", path);
	return 0;
}

static bool is_file(const char *path, const struct stat *status)
{
	struct stat other;

	return path && stat(path, &other) == 0 && other.st_dev == status->st_dev && other.st_ino == status->st_ino;
}

int put_check(const char *path, const struct kernel *kernel, const char *btf, struct kml_err *err)
{
	struct stat status;
	bool input;

	if (lstat(path, &status) < 0)
		return 0;
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file, and will not be replaced", path);
	input = is_file(btf, &status);
	for (size_t i = 0; i < kernel->image_count; i++)
		input |= is_file(kernel->images[i].path, &status);
	return input ? err_set(err, EINVAL, "%s: is an input: choose another file", path) : 0;
}

int put_file(const char *path, const void *bytes, size_t size, struct kml_err *err)
{
	int result = temp_open(path, err);

	if (result == 0)
		result = put(path, bytes, size, err);
	temp_close();
	return result;
}
