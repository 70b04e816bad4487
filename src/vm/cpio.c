// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpio.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void cpio_start(struct cpio *cpio, FILE *out)
{
	*cpio = (struct cpio){ .out = out };
}

static void emit(struct cpio *cpio, const void *data, size_t size)
{
	cpio->size += fwrite(data, 1, size, cpio->out);
}

/* Headers and contents start at multiples of four. */
static void pad(struct cpio *cpio)
{
	emit(cpio, "\0\0\0", -cpio->size & 3);
}

static void emit_header(struct cpio *cpio, const char *path, mode_t mode, dev_t device, uint32_t size)
{
	size_t name_size = strlen(path) + 1;
	bool is_directory = S_ISDIR(mode);
	char header[6 + 13 * 8 + 1];

	snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ++cpio->entries,
		mode, 0, 0, is_directory ? 2 : 1, 0, size, 0, 0, major(device), minor(device), (unsigned int)name_size,
		0);
	emit(cpio, header, sizeof(header) - 1);
	emit(cpio, path, name_size);
	pad(cpio);
}

static const char *relative(const char *path)
{
	return path + strspn(path, "/");
}

void cpio_put(struct cpio *cpio, const char *path, mode_t mode, dev_t device)
{
	emit_header(cpio, relative(path), mode, device, 0);
}

void cpio_put_data(struct cpio *cpio, const char *path, mode_t mode, const void *data, size_t size)
{
	emit_header(cpio, relative(path), S_IFREG | mode, 0, size);
	emit(cpio, data, size);
	pad(cpio);
}

int cpio_put_file(struct cpio *cpio, const char *path, mode_t mode, int fd)
{
	struct stat status;
	char buffer[65536];

	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_size > UINT32_MAX)
		return -EFBIG;
	emit_header(cpio, relative(path), S_IFREG | mode, 0, status.st_size);
	for (off_t done = 0; done < status.st_size;) {
		off_t left = status.st_size - done;
		ssize_t count = pread(fd, buffer, left < (off_t)sizeof(buffer) ? (size_t)left : sizeof(buffer), done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			return -EIO;
		emit(cpio, buffer, count);
		done += count;
	}
	pad(cpio);
	return 0;
}

int cpio_finish(struct cpio *cpio)
{
	emit_header(cpio, "TRAILER!!!", 0, 0, 0);
	return fflush(cpio->out) || ferror(cpio->out) ? -EIO : 0;
}
