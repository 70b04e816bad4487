// SPDX-License-Identifier: GPL-2.0-or-later
#include "put.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "temp.h"

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

int put_file(const char *path, const void *bytes, size_t size, struct kml_err *err)
{
	int result = temp_open(path, err);

	if (result == 0)
		result = put(path, bytes, size, err);
	temp_close();
	return result;
}
