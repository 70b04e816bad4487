// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where in a kernel that boots the compressed kernel is. Most say it in their
 * headers; else every place that looks like compressed data is tried.
 */
#include "kernel_image.h"

#include "common/err.h"
#include "unpack.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#define UNPACKED_SIZE_MAX ((size_t)512 << 20)
#define TRIES_MAX 32

static uint32_t number_at(const struct bytes *bytes, size_t offset)
{
	uint32_t number = 0;

	if (offset > bytes->size || bytes->size - offset < 4)
		return 0;
	for (size_t i = 4; i-- > 0;)
		number = number << 8 | bytes->data[offset + i];
	return number;
}

static bool has_text(const struct bytes *bytes, size_t offset, const char *text)
{
	size_t length = strlen(text);

	return bytes->size >= offset + length && memcmp(bytes->data + offset, text, length) == 0;
}

/* bzImage: sectors of set-up code, then the payload at an offset that the header has from version 2.08 on. */
static bool find_in_bzimage(const struct bytes *bytes, size_t *ret)
{
	uint64_t sectors;

	if (!has_text(bytes, 0x202, "HdrS") || (number_at(bytes, 0x206) & 0xffff) < 0x208)
		return false;
	sectors = bytes->data[0x1f1] ? bytes->data[0x1f1] : 4;
	*ret = (sectors + 1) * 512 + number_at(bytes, 0x248);
	return true;
}

/* EFI zboot, as on arm64. */
static bool find_in_zboot(const struct bytes *bytes, size_t *ret)
{
	if (!has_text(bytes, 0, "MZ") || !has_text(bytes, 4, "zimg"))
		return false;
	*ret = number_at(bytes, 8);
	return true;
}

static int unpack_at(const char *path, struct bytes *bytes, size_t offset, struct kml_err *err)
{
	struct bytes unpacked = {};
	int result;

	if (offset >= bytes->size || !unpack_knows(bytes->data + offset, bytes->size - offset))
		return 0;
	result = unpack(path, bytes->data + offset, bytes->size - offset, UNPACKED_SIZE_MAX, &unpacked, err);
	if (result < 0)
		return result;
	bytes_free(bytes);
	*bytes = unpacked;
	return 1;
}

/* Compressed data that is none, but looks like it, mostly ends soon; a kernel is never small. */
static int search(const char *path, struct bytes *bytes)
{
	enum { KERNEL_SIZE_MIN = 1 << 20 };
	struct kml_err ignored;
	int tries = 0;

	for (size_t i = 4; i + 16 < bytes->size && tries < TRIES_MAX; i++) {
		struct bytes unpacked = {};

		/* The weak magic of LZMA is everywhere: it has the size behind it, which is mostly "unknown". */
		if (!unpack_knows(bytes->data + i, bytes->size - i) || (bytes->data[i] == 0x5d &&
				number_at(bytes, i + 5) != UINT32_MAX))
			continue;
		tries++;
		if (unpack(path, bytes->data + i, bytes->size - i, UNPACKED_SIZE_MAX, &unpacked, &ignored) < 0)
			continue;
		if (unpacked.size >= KERNEL_SIZE_MIN) {
			bytes_free(bytes);
			*bytes = unpacked;
			return 1;
		}
		bytes_free(&unpacked);
	}
	return 0;
}

int kernel_unpack(const char *path, struct bytes *bytes, struct kml_err *err)
{
	size_t offset = 0;
	int result;

	if (unpack_knows(bytes->data, bytes->size))
		return unpack_at(path, bytes, 0, err);
	if (find_in_bzimage(bytes, &offset) || find_in_zboot(bytes, &offset)) {
		result = unpack_at(path, bytes, offset, err);
		if (result == 0)
			return err_set(err, EINVAL, "%s: no compressed kernel at 0x%zx, where its header says one is", path,
				offset);
		return result;
	}
	/* zImage of 32-bit ARM, and Image of arm64, which need not be compressed. */
	if (number_at(bytes, 0x24) == 0x016f2818 || has_text(bytes, 0, "MZ"))
		return search(path, bytes);
	return 0;
}
