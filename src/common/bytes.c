// SPDX-License-Identifier: GPL-2.0-or-later
#include "bytes.h"

#include "cleanup.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, const char *path, size_t limit, struct bytes *ret, struct kml_err *err)
{
	struct bytes bytes = {};
	char *data;
	int result = file_read_all(fd, limit, &data, &bytes.size);

	if (result < 0)
		return err_set(err, -result, "%s: %s", path, strerror(-result));
	bytes.data = (unsigned char *)data;
	if (bytes.size == 0) {
		bytes_free(&bytes);
		return err_set(err, EINVAL, "%s: empty file", path);
	}
	*ret = bytes;
	return 0;
}

int bytes_read(const char *path, size_t limit, struct bytes *ret, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	void *data;

	if (fd < 0 || fstat(fd, &status) < 0)
		return err_errno(err, "%s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", path);
	if (status.st_size == 0)
		return read_all(fd, path, limit, ret, err);
	if ((uint64_t)status.st_size > limit)
		return err_set(err, EFBIG, "%s: %" PRIu64 " bytes are more than the limit of %zu", path,
			(uint64_t)status.st_size, limit);
	data = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return err_errno(err, "%s", path);
	*ret = (struct bytes){ .data = data, .size = status.st_size, .mapped = true };
	return 0;
}

void bytes_forget(const struct bytes *bytes, const unsigned char *from, const unsigned char *to)
{
	size_t page = sysconf(_SC_PAGESIZE), start, end;

	if (!bytes->mapped || from < bytes->data || to > bytes->data + bytes->size || from >= to)
		return;
	start = (from - bytes->data + page - 1) / page * page;
	end = (to - bytes->data) / page * page;
	if (start < end)
		(void)madvise(bytes->data + start, end - start, MADV_DONTNEED);
}

void bytes_free(struct bytes *bytes)
{
	if (bytes->mapped)
		(void)munmap(bytes->data, bytes->size);
	else
		free(bytes->data);
	*bytes = (struct bytes){};
}
