// SPDX-License-Identifier: GPL-2.0-or-later
#include "file.h"

#include <errno.h>

#include "cleanup.h"

int file_write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t count = write(fd, at, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		at += count;
		size -= count;
	}
	return 0;
}

ssize_t file_read_full(int fd, char *data, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t count = read(fd, data + used, size - used);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			break;
		used += count;
	}
	return used;
}

int file_copy(int from, int to, uint64_t limit)
{
	_cleanup_free_ char *buffer = malloc(1 << 16);

	if (!buffer)
		return -ENOMEM;
	for (;;) {
		ssize_t count = file_read_full(from, buffer, 1 << 16);
		int error;

		if (count <= 0)
			return count;
		if ((uint64_t)count > limit)
			return -EFBIG;
		limit -= count;
		error = file_write_all(to, buffer, count);
		if (error)
			return error;
	}
}

int file_read_all(int fd, size_t limit, char **ret_data, size_t *ret_size)
{
	_cleanup_free_ char *data = NULL;
	size_t used = 0, space = 0;

	for (;;) {
		ssize_t count;

		if (space - used < 2) {
			char *larger;

			space = space ? 2 * space : 4096;
			larger = realloc(data, space);
			if (!larger)
				return -ENOMEM;
			data = larger;
		}
		count = file_read_full(fd, data + used, space - used - 1);
		if (count < 0)
			return count;
		if (count == 0)
			break;
		used += count;
		if (used > limit)
			return -EFBIG;
	}
	data[used] = '\0';
	*ret_data = take_ptr(data);
	*ret_size = used;
	return 0;
}
