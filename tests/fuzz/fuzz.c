// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char output[64];

static void remove_output(void)
{
	(void)unlink(output);
}

int fuzz_fd(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fuzz_fd(data, size));
	return path;
}

const char *fuzz_output(void)
{
	if (!*output)
		(void)atexit(remove_output);
	snprintf(output, sizeof(output), "/dev/shm/kml-fuzz-%d", (int)getpid());
	remove_output();
	return output;
}
