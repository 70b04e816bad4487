/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Writes an archive in the "newc" form, the one that the kernel unpacks as
 * its initramfs. Paths are absolute in the machine; a directory has to come
 * before what is in it. All belongs to root.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct cpio {
	FILE *out;
	uint64_t size;		/* of what has been written */
	unsigned int entries;
};

void cpio_start(struct cpio *cpio, FILE *out);

/* mode with its type: S_IFDIR, S_IFCHR (device counts), S_IFREG without content. */
void cpio_put(struct cpio *cpio, const char *path, mode_t mode, dev_t device);

void cpio_put_data(struct cpio *cpio, const char *path, mode_t mode, const void *data, size_t size);

/* 0 or -errno: -EFBIG for 4 GiB and more, -EIO when the file is shorter than fstat() said. */
int cpio_put_file(struct cpio *cpio, const char *path, mode_t mode, int fd);

/* 0, or -EIO when any write failed; out stays open. */
int cpio_finish(struct cpio *cpio);
