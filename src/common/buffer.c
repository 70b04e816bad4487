// SPDX-License-Identifier: GPL-2.0-or-later
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(struct buffer *buffer, size_t size)
{
	size_t room = buffer->room ? buffer->room : 256;
	unsigned char *bigger;

	if (buffer->failed)
		return false;
	while (room - buffer->size < size) {
		if (room > (size_t)1 << 40) {
			buffer->failed = true;
			return false;
		}
		room *= 2;
	}
	if (room == buffer->room)
		return true;
	bigger = realloc(buffer->bytes, room);
	if (!bigger) {
		buffer->failed = true;
		return false;
	}
	buffer->bytes = bigger;
	buffer->room = room;
	return true;
}

size_t buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
	size_t start = buffer->size;

	if (size == 0 || !reserve(buffer, size))
		return start;
	if (bytes)
		memcpy(buffer->bytes + start, bytes, size);
	else
		memset(buffer->bytes + start, 0, size);
	buffer->size += size;
	return start;
}

size_t buffer_align(struct buffer *buffer, size_t alignment)
{
	size_t over = buffer->size % alignment;

	if (over)
		buffer_add(buffer, NULL, alignment - over);
	return buffer->size;
}

size_t buffer_add_string(struct buffer *buffer, const char *string)
{
	return buffer_add(buffer, string, strlen(string) + 1);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){};
}
