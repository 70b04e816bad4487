/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Whole-file reads and writes that survive signals and short counts. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Writes all of it to a blocking descriptor; 0 or -errno. */
int file_write_all(int fd, const void *data, size_t size);

/* As read(), but only end of file or an error ends it early; the count, or -errno. */
ssize_t file_read_full(int fd, char *data, size_t size);

/* Copies up to end of file; -EFBIG when there is more than limit. */
int file_copy(int from, int to, uint64_t limit);

/*
 * Reads up to end of file into a buffer with a NUL behind it, to be freed by
 * the caller; -EFBIG when there is more than limit.
 */
int file_read_all(int fd, size_t limit, char **ret_data, size_t *ret_size);
