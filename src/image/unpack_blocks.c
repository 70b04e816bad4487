// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats whose libraries decode single blocks: the framing is read here. */
#include "unpack_sink.h"

#include <lz4.h>
#include <lzo/lzo1x.h>
#include <stdbool.h>
#include <string.h>

struct cursor {
	const unsigned char *at;
	size_t left;
};

static bool skip(struct cursor *cursor, size_t size)
{
	if (size > cursor->left)
		return false;
	cursor->at += size;
	cursor->left -= size;
	return true;
}

static bool take_number(struct cursor *cursor, size_t size, bool big_endian, uint32_t *ret)
{
	const unsigned char *at = cursor->at;

	if (!skip(cursor, size))
		return false;
	*ret = 0;
	for (size_t i = 0; i < size; i++)
		*ret = *ret << 8 | at[big_endian ? i : size - 1 - i];
	return true;
}

/*
 * The form of "lz4 -l": blocks of 8 MiB, the last one smaller. The kernel's
 * build writes the size of the whole behind it, which looks like the size of
 * another block, so a block that does not fit is the end.
 */
enum unpack_result unpack_lz4(const unsigned char *data, size_t size, struct sink *sink)
{
	enum { BLOCK_SIZE = 8 << 20 };
	struct cursor cursor = { data + 4, size - 4 };
	uint32_t packed;

	while (take_number(&cursor, 4, false, &packed)) {
		const unsigned char *block = cursor.at;
		enum unpack_result result;
		int unpacked;

		if (packed == 0 || (packed > cursor.left && sink->size > 0))
			return UNPACK_DONE;
		if (packed > LZ4_COMPRESSBOUND(BLOCK_SIZE))
			return sink->size ? UNPACK_DONE : UNPACK_MALFORMED;
		if (!skip(&cursor, packed))
			return UNPACK_CUT;
		result = sink_room(sink, BLOCK_SIZE);
		if (result != UNPACK_DONE)
			return result;
		unpacked = LZ4_decompress_safe((const char *)block, (char *)sink->data + sink->size, packed, BLOCK_SIZE);
		if (unpacked < 0)
			return UNPACK_MALFORMED;
		sink->size += unpacked;
		if (unpacked < BLOCK_SIZE)
			return UNPACK_DONE;
	}
	return sink->size ? UNPACK_DONE : UNPACK_CUT;
}

/* The header of lzop: versions, method, level, flags, mode, two times, name, checksum. */
static enum unpack_result skip_lzop_header(struct cursor *cursor, uint32_t *ret_flags)
{
	enum { FILTER = 0x800, EXTRA = 0x40 };
	uint32_t version, needed, name_size, method;

	if (!skip(cursor, 9) || !take_number(cursor, 2, true, &version) || !skip(cursor, 2))
		return UNPACK_CUT;
	if (version >= 0x0940 && !take_number(cursor, 2, true, &needed))
		return UNPACK_CUT;
	if (!take_number(cursor, 1, true, &method) || (version >= 0x0940 && !skip(cursor, 1)) ||
			!take_number(cursor, 4, true, ret_flags))
		return UNPACK_CUT;
	if (method < 1 || method > 3 || *ret_flags & (FILTER | EXTRA))
		return UNPACK_MALFORMED;
	if (!skip(cursor, version >= 0x0940 ? 12 : 8) || !take_number(cursor, 1, true, &name_size) ||
			!skip(cursor, (size_t)name_size + 4))
		return UNPACK_CUT;
	return UNPACK_DONE;
}

enum unpack_result unpack_lzo(const unsigned char *data, size_t size, struct sink *sink)
{
	enum { ADLER_UNPACKED = 0x1, ADLER_PACKED = 0x2, CRC_UNPACKED = 0x100, CRC_PACKED = 0x200,
		BLOCK_MAX = 64 << 20 };
	struct cursor cursor = { data, size };
	uint32_t flags = 0, unpacked, packed;
	enum unpack_result result = skip_lzop_header(&cursor, &flags);

	if (result != UNPACK_DONE)
		return result;
	for (;;) {
		const unsigned char *block;
		lzo_uint got;

		if (!take_number(&cursor, 4, true, &unpacked))
			return UNPACK_CUT;
		if (unpacked == 0)
			return UNPACK_DONE;
		if (!take_number(&cursor, 4, true, &packed))
			return UNPACK_CUT;
		if (unpacked > BLOCK_MAX || packed > unpacked)
			return UNPACK_MALFORMED;
		if (!skip(&cursor, 4 * (!!(flags & ADLER_UNPACKED) + !!(flags & CRC_UNPACKED))) ||
				(packed < unpacked &&
				!skip(&cursor, 4 * (!!(flags & ADLER_PACKED) + !!(flags & CRC_PACKED)))))
			return UNPACK_CUT;
		block = cursor.at;
		if (!skip(&cursor, packed))
			return UNPACK_CUT;
		result = sink_room(sink, unpacked);
		if (result != UNPACK_DONE)
			return result;
		got = unpacked;
		if (packed == unpacked)
			memcpy(sink->data + sink->size, block, unpacked);
		else if (lzo1x_decompress_safe(block, packed, sink->data + sink->size, &got, NULL) != LZO_E_OK ||
				got != unpacked)
			return UNPACK_MALFORMED;
		sink->size += unpacked;
	}
}
