/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Bytes that grow. After a failure (memory is short) further additions are ignored, so one check at the end does. */
#include <stdbool.h>
#include <stddef.h>

struct buffer {
	unsigned char *bytes;
	size_t size;
	size_t room;
	bool failed;
};

/* Adds size bytes, zeros for NULL; returns where they begin. */
size_t buffer_add(struct buffer *buffer, const void *bytes, size_t size);

/* Adds zeros up to a multiple of alignment; returns the size then. */
size_t buffer_align(struct buffer *buffer, size_t alignment);

/* Adds a string with its NUL; returns where it begins. */
size_t buffer_add_string(struct buffer *buffer, const char *string);
void buffer_free(struct buffer *buffer);
