/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The bytes of one file, mapped or read. */
#include <stdbool.h>
#include <stddef.h>

struct kml_err;

struct bytes {
	unsigned char *data; /* read-only when mapped */
	size_t size;
	bool mapped;
};

/* A regular file of 1 to limit bytes. Those of procfs, which have no size beforehand, are read. */
int bytes_read(const char *path, size_t limit, struct bytes *ret, struct kml_err *err);
void bytes_free(struct bytes *bytes);

/* These need no memory for now: the file has them. Nothing happens if they are not a part of a mapped file. */
void bytes_forget(const struct bytes *bytes, const unsigned char *from, const unsigned char *to);
