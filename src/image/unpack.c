// SPDX-License-Identifier: GPL-2.0-or-later
#include "unpack.h"

#include "common/err.h"
#include "unpack_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct format {
	const char *name;
	unsigned char magic[9];
	size_t magic_size;
	unpack_decoder *decode;
} formats[] = {
	{ "gzip", { 0x1f, 0x8b, 0x08 }, 3, unpack_gzip },
	{ "xz", { 0xfd, '7', 'z', 'X', 'Z', 0x00 }, 6, unpack_xz },
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, unpack_zstd },
	{ "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, unpack_lz4 },
	{ "bzip2", { 'B', 'Z', 'h' }, 3, unpack_bzip2 },
	{ "lzo", { 0x89, 'L', 'Z', 'O', 0x00, 0x0d, 0x0a, 0x1a, 0x0a }, 9, unpack_lzo },
	{ "lzma", { 0x5d, 0x00, 0x00 }, 3, unpack_lzma },
};

static const struct format *find_format(const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (size >= formats[i].magic_size && memcmp(data, formats[i].magic, formats[i].magic_size) == 0)
			return &formats[i];
	return NULL;
}

bool unpack_knows(const unsigned char *data, size_t size)
{
	return find_format(data, size) != NULL;
}

enum unpack_result sink_room(struct sink *sink, size_t wanted)
{
	size_t room = sink->room ? sink->room : 1 << 20;
	unsigned char *bigger;

	if (wanted > sink->limit - sink->size)
		return UNPACK_TOO_BIG;
	while (room - sink->size < wanted || room == sink->size)
		room *= 2;
	if (room > sink->limit)
		room = sink->limit;
	if (room == sink->size)
		return UNPACK_TOO_BIG;
	if (room == sink->room)
		return UNPACK_DONE;
	bigger = realloc(sink->data, room);
	if (!bigger)
		return UNPACK_NO_MEMORY;
	sink->data = bigger;
	sink->room = room;
	return UNPACK_DONE;
}

static int fail(const char *name, const struct format *format, enum unpack_result result, size_t limit,
	struct kml_err *err)
{
	switch (result) {
	case UNPACK_CUT:
		return err_set(err, EINVAL, "%s: its %s data ends too early", name, format->name);
	case UNPACK_TOO_BIG:
		return err_set(err, EFBIG, "%s: its %s data is more than the limit of %zu bytes", name, format->name,
			limit);
	case UNPACK_NO_MEMORY:
		return err_set(err, ENOMEM, "%s: out of memory", name);
	default:
		return err_set(err, EINVAL, "%s: its %s data is malformed", name, format->name);
	}
}

int unpack(const char *name, const unsigned char *data, size_t size, size_t limit, struct bytes *ret,
	struct kml_err *err)
{
	const struct format *format = find_format(data, size);
	struct sink sink = { .limit = limit };
	enum unpack_result result;

	if (!format)
		return err_set(err, EINVAL, "%s: compressed in a way that is not known", name);
	result = format->decode(data, size, &sink);
	if (result == UNPACK_DONE && sink.size == 0)
		result = UNPACK_MALFORMED;
	if (result != UNPACK_DONE) {
		free(sink.data);
		return fail(name, format, result, limit, err);
	}
	*ret = (struct bytes){ .data = sink.data, .size = sink.size };
	return 0;
}
