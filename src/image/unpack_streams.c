// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats whose libraries decode a stream. They stop at its end: what is behind it is of no interest here. */
#include "unpack_sink.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdbool.h>
#include <zlib.h>
#include <zstd.h>

#define MEMORY_LIMIT ((uint64_t)512 << 20)

enum unpack_result unpack_gzip(const unsigned char *data, size_t size, struct sink *sink)
{
	z_stream stream = { .next_in = (unsigned char *)data, .avail_in = size > UINT32_MAX ? UINT32_MAX : size };
	enum unpack_result result = UNPACK_DONE;
	int status = Z_OK;

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return UNPACK_NO_MEMORY;
	while (result == UNPACK_DONE && status != Z_STREAM_END) {
		result = sink_room(sink, 1);
		if (result != UNPACK_DONE)
			break;
		stream.next_out = sink->data + sink->size;
		stream.avail_out = sink->room - sink->size > UINT32_MAX ? UINT32_MAX : sink->room - sink->size;
		status = inflate(&stream, Z_NO_FLUSH);
		sink->size = stream.next_out - sink->data;
		if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0))
			result = UNPACK_CUT;
		else if (status != Z_OK && status != Z_STREAM_END)
			result = status == Z_MEM_ERROR ? UNPACK_NO_MEMORY : UNPACK_MALFORMED;
	}
	inflateEnd(&stream);
	return result;
}

enum unpack_result unpack_bzip2(const unsigned char *data, size_t size, struct sink *sink)
{
	bz_stream stream = { .next_in = (char *)data, .avail_in = size > UINT32_MAX ? UINT32_MAX : size };
	enum unpack_result result = UNPACK_DONE;
	int status = BZ_OK;

	if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
		return UNPACK_NO_MEMORY;
	while (result == UNPACK_DONE && status != BZ_STREAM_END) {
		result = sink_room(sink, 1);
		if (result != UNPACK_DONE)
			break;
		stream.next_out = (char *)sink->data + sink->size;
		stream.avail_out = sink->room - sink->size > UINT32_MAX ? UINT32_MAX : sink->room - sink->size;
		status = BZ2_bzDecompress(&stream);
		sink->size = (unsigned char *)stream.next_out - sink->data;
		if (status == BZ_OK && stream.avail_in == 0 && stream.avail_out > 0)
			result = UNPACK_CUT;
		else if (status != BZ_OK && status != BZ_STREAM_END)
			result = status == BZ_MEM_ERROR ? UNPACK_NO_MEMORY : UNPACK_MALFORMED;
	}
	BZ2_bzDecompressEnd(&stream);
	return result;
}

static enum unpack_result run_lzma(lzma_stream *stream, const unsigned char *data, size_t size, struct sink *sink)
{
	enum unpack_result result = UNPACK_DONE;
	lzma_ret status = LZMA_OK;

	stream->next_in = data;
	stream->avail_in = size;
	while (result == UNPACK_DONE && status != LZMA_STREAM_END) {
		result = sink_room(sink, 1);
		if (result != UNPACK_DONE)
			break;
		stream->next_out = sink->data + sink->size;
		stream->avail_out = sink->room - sink->size;
		status = lzma_code(stream, LZMA_RUN);
		sink->size = stream->next_out - sink->data;
		if (status == LZMA_BUF_ERROR || (status == LZMA_OK && stream->avail_in == 0 && stream->avail_out > 0))
			result = UNPACK_CUT;
		else if (status != LZMA_OK && status != LZMA_STREAM_END)
			result = status == LZMA_MEM_ERROR || status == LZMA_MEMLIMIT_ERROR ? UNPACK_NO_MEMORY :
				UNPACK_MALFORMED;
	}
	lzma_end(stream);
	return result;
}

enum unpack_result unpack_xz(const unsigned char *data, size_t size, struct sink *sink)
{
	lzma_stream stream = LZMA_STREAM_INIT;

	return lzma_stream_decoder(&stream, MEMORY_LIMIT, 0) == LZMA_OK ? run_lzma(&stream, data, size, sink) :
		UNPACK_NO_MEMORY;
}

enum unpack_result unpack_lzma(const unsigned char *data, size_t size, struct sink *sink)
{
	lzma_stream stream = LZMA_STREAM_INIT;

	return lzma_alone_decoder(&stream, MEMORY_LIMIT) == LZMA_OK ? run_lzma(&stream, data, size, sink) :
		UNPACK_NO_MEMORY;
}

enum unpack_result unpack_zstd(const unsigned char *data, size_t size, struct sink *sink)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = { .src = data, .size = size };
	enum unpack_result result = UNPACK_DONE;
	size_t left = 1;

	if (!stream)
		return UNPACK_NO_MEMORY;
	while (left != 0) {
		ZSTD_outBuffer out;

		result = sink_room(sink, 1);
		if (result != UNPACK_DONE)
			break;
		out = (ZSTD_outBuffer){ .dst = sink->data + sink->size, .size = sink->room - sink->size };
		left = ZSTD_decompressStream(stream, &out, &in);
		sink->size += out.pos;
		if (ZSTD_isError(left)) {
			result = UNPACK_MALFORMED;
			break;
		}
		if (left != 0 && in.pos == in.size && out.pos < out.size) {
			result = UNPACK_CUT;
			break;
		}
	}
	ZSTD_freeDStream(stream);
	return result;
}
