/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the decoders of unpack.h share: where the output goes, and what they return. */
#include <stddef.h>
#include <stdint.h>

enum unpack_result { UNPACK_DONE, UNPACK_MALFORMED, UNPACK_CUT, UNPACK_TOO_BIG, UNPACK_NO_MEMORY };

struct sink {
	unsigned char *data;
	size_t size, room, limit;
};

/* Makes room for at least one more byte, and for as many as wanted if that is within the limit. */
enum unpack_result sink_room(struct sink *sink, size_t wanted);

typedef enum unpack_result unpack_decoder(const unsigned char *data, size_t size, struct sink *sink);
unpack_decoder unpack_gzip, unpack_bzip2, unpack_xz, unpack_lzma, unpack_zstd, unpack_lz4, unpack_lzo;
