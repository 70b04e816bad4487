// SPDX-License-Identifier: GPL-2.0-or-later
/* What each library compresses is unpacked again; what is cut, damaged or too big is an error and no more. */
#include "image/unpack.h"

#include "common/err.h"

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

enum { PLAIN_SIZE = 50000, PACKED_ROOM = 100000 };
static unsigned char plain[PLAIN_SIZE];

typedef size_t packer(unsigned char *packed);

static size_t pack_gzip(unsigned char *packed)
{
	z_stream stream = { .next_in = plain, .avail_in = PLAIN_SIZE, .next_out = packed, .avail_out = PACKED_ROOM };

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static size_t pack_xz(unsigned char *packed)
{
	size_t size = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, plain, PLAIN_SIZE, packed, &size,
		PACKED_ROOM), LZMA_OK);
	return size;
}

static size_t pack_lzma(unsigned char *packed)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	lzma_lzma_preset(&options, 1);
	assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
	stream.next_in = plain, stream.avail_in = PLAIN_SIZE;
	stream.next_out = packed, stream.avail_out = PACKED_ROOM;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	lzma_end(&stream);
	return PACKED_ROOM - stream.avail_out;
}

static size_t pack_bzip2(unsigned char *packed)
{
	unsigned int size = PACKED_ROOM;

	assert_int_equal(BZ2_bzBuffToBuffCompress((char *)packed, &size, (char *)plain, PLAIN_SIZE, 1, 0, 0), BZ_OK);
	return size;
}

static size_t pack_zstd(unsigned char *packed)
{
	return ZSTD_compress(packed, PACKED_ROOM, plain, PLAIN_SIZE, 1);
}

static size_t add_number(unsigned char *at, uint32_t number, bool big_endian)
{
	for (int i = 0; i < 4; i++)
		at[big_endian ? 3 - i : i] = number >> 8 * i;
	return 4;
}

/* As "lz4 -l" does, and the kernel's build, which adds the size. */
static size_t pack_lz4(unsigned char *packed)
{
	int size = LZ4_compress_default((char *)plain, (char *)packed + 8, PLAIN_SIZE, PACKED_ROOM - 12);

	add_number(packed, 0x184c2102, false);
	add_number(packed + 4, size, false);
	return 8 + size + add_number(packed + 8 + size, PLAIN_SIZE, false);
}

/* As lzop does: a header, and blocks with a checksum of what is in them. */
static size_t pack_lzo(unsigned char *packed)
{
	static const unsigned char header[] = { 0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a, 0x10, 0x30, 0x20, 0xa0,
		0x09, 0x40, 1, 5, 0, 0, 0, 1, 0, 0, 0x81, 0xa4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static unsigned char memory[LZO1X_1_MEM_COMPRESS];
	size_t size = sizeof(header);

	memcpy(packed, header, size);
	for (size_t done = 0; done < PLAIN_SIZE; done += PLAIN_SIZE / 2) {
		lzo_uint block = 0;

		assert_int_equal(lzo1x_1_compress(plain + done, PLAIN_SIZE / 2, packed + size + 12, &block, memory),
			LZO_E_OK);
		size += add_number(packed + size, PLAIN_SIZE / 2, true);
		size += add_number(packed + size, block, true);
		size += 4 + block;
	}
	return size + add_number(packed + size, 0, true);
}

static packer *const packers[] = { pack_gzip, pack_xz, pack_lzma, pack_bzip2, pack_zstd, pack_lz4, pack_lzo };
enum { PACKERS = sizeof(packers) / sizeof(packers[0]) };
static struct {
	unsigned char data[PACKED_ROOM];
	size_t size;
} packed[PACKERS];

static int set_up(void **state)
{
	unsigned int number = 1;

	(void)state;
	for (size_t i = 0; i < PLAIN_SIZE; i++) {
		number = number * 1103515245 + 12345;
		plain[i] = "0123456789abcdef"[number >> 16 & (i % 64 < 8 ? 15 : 1)];
	}
	for (size_t i = 0; i < PACKERS; i++)
		packed[i].size = packers[i](packed[i].data);
	return 0;
}

static void test_all_formats_are_unpacked(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKERS; i++) {
		struct bytes bytes = {};
		struct kml_err err = {};

		assert_true(unpack_knows(packed[i].data, packed[i].size));
		/* More behind the end, as in kernels that boot. */
		if (unpack("test", packed[i].data, packed[i].size + 16, 1 << 24, &bytes, &err) < 0)
			fail_msg("format %zu: %s", i, err.text);
		assert_int_equal(bytes.size, PLAIN_SIZE);
		assert_memory_equal(bytes.data, plain, PLAIN_SIZE);
		bytes_free(&bytes);
	}
	assert_false(unpack_knows((const unsigned char *)"\177ELF", 4));
	assert_false(unpack_knows((const unsigned char *)"\x1f", 1));
}

static void test_limits_are_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKERS; i++) {
		struct bytes bytes = {};
		struct kml_err err = {};

		assert_true(unpack("test", packed[i].data, packed[i].size, PLAIN_SIZE - 1, &bytes, &err) < 0);
		assert_non_null(strstr(err.text, "more than the limit"));
	}
}

static void test_damage_is_an_error_or_harmless(void **state)
{
	unsigned int number = 7;

	(void)state;
	for (size_t i = 0; i < PACKERS; i++) {
		for (size_t turn = 0; turn < 300; turn++) {
			/* A block of its own size: what reads past its end is seen by the sanitizer. */
			size_t size = turn % 2 ? packed[i].size : packed[i].size * turn / 300;
			unsigned char *copy = malloc(size + 1);
			struct bytes bytes = {};
			struct kml_err err = {};

			memcpy(copy, packed[i].data, size);
			number = number * 1103515245 + 12345;
			if (turn % 2)
				copy[turn < 100 ? turn % 40 : number % size] ^= 1 << (number >> 8 & 7);
			if (unpack("test", copy, size, 1 << 24, &bytes, &err) < 0)
				assert_true(*err.text);
			else if (turn % 2 == 0 && size + 8 < packed[i].size)
				fail_msg("format %zu, cut at %zu: no error", i, size);
			bytes_free(&bytes);
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_formats_are_unpacked),
		cmocka_unit_test(test_limits_are_kept),
		cmocka_unit_test(test_damage_is_an_error_or_harmless),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
