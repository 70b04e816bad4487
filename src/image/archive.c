// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <ar.h>
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#define THIN_MAGIC "!<thin>\n"

bool archive_is(const void *bytes, size_t size)
{
	return size >= SARMAG && (memcmp(bytes, ARMAG, SARMAG) == 0 || memcmp(bytes, THIN_MAGIC, SARMAG) == 0);
}

/* Decimal digits, then spaces; SIZE_MAX if it is anything else. */
static size_t parse_number(const char *text, size_t length)
{
	size_t value = 0, i = 0;

	for (; i < length && isdigit((unsigned char)text[i]); i++)
		value = value * 10 + (text[i] - '0');
	if (i == 0)
		return SIZE_MAX;
	for (; i < length; i++)
		if (text[i] != ' ')
			return SIZE_MAX;
	return value;
}

/* The table of long names comes before every member that needs it. */
static void find_long_names(const unsigned char *bytes, size_t size, const char **ret, size_t *ret_size)
{
	size_t offset = SARMAG;

	*ret = NULL;
	*ret_size = 0;
	while (size >= sizeof(struct ar_hdr) && offset <= size - sizeof(struct ar_hdr)) {
		const struct ar_hdr *header = (const void *)(bytes + offset);
		size_t length = parse_number(header->ar_size, sizeof(header->ar_size));

		offset += sizeof(*header);
		if (length > size - offset || header->ar_name[0] != '/')
			return;
		if (header->ar_name[1] == '/') {
			*ret = (const char *)bytes + offset;
			*ret_size = length;
			return;
		}
		offset += length + (length & 1);
	}
}

static void member_name(const struct ar_hdr *header, const unsigned char *bytes, size_t size, char name[256])
{
	const char *start = header->ar_name, *end;
	size_t length = sizeof(header->ar_name), long_offset, names_size;

	if (start[0] == '/' && isdigit((unsigned char)start[1])) {
		const char *names;

		long_offset = parse_number(start + 1, length - 1);
		find_long_names(bytes, size, &names, &names_size);
		if (long_offset < names_size) {
			start = names + long_offset;
			length = names_size - long_offset;
		}
	}
	end = memchr(start, '/', length);
	if (!end || end == start)
		end = start + strnlen(start, length);
	snprintf(name, 256, "%.*s", (int)(end - start > 255 ? 255 : end - start), start);
}

int archive_next(const char *name, const unsigned char *bytes, size_t size, size_t *offset,
	struct archive_member *ret, struct kml_err *err)
{
	const struct ar_hdr *header;
	size_t at = *offset ? *offset : SARMAG, length;

	if (memcmp(bytes, THIN_MAGIC, SARMAG) == 0)
		return err_set(err, EINVAL, "%s: thin archive: not supported, make it without 'T'", name);
	if (at >= size)
		return 0;
	if (size - at < sizeof(*header))
		return err_set(err, EINVAL, "%s: archive: header at 0x%zx runs past end of file (0x%zx)", name, at,
			size);
	header = (const void *)(bytes + at);
	length = parse_number(header->ar_size, sizeof(header->ar_size));
	if (memcmp(header->ar_fmag, ARFMAG, sizeof(header->ar_fmag)) != 0 || length > size - at - sizeof(*header))
		return err_set(err, EINVAL, "%s: archive: member at 0x%zx is malformed or runs past end of file "
			"(0x%zx)", name, at, size);
	*ret = (struct archive_member){
		.header = at,
		.bytes = bytes + at + sizeof(*header),
		.size = length,
		.special = header->ar_name[0] == '/' && !isdigit((unsigned char)header->ar_name[1]),
	};
	member_name(header, bytes, size, ret->name);
	*offset = at + sizeof(*header) + length + (length & 1);
	return 1;
}

/* Where a header of the old archive is in the new one. */
static uint64_t moved(uint64_t old, const unsigned char *bytes, const struct archive_replacement *replacements,
	size_t count)
{
	int64_t shift = 0;

	for (size_t i = 0; i < count && replacements[i].header < old; i++) {
		const struct ar_hdr *header = (const void *)(bytes + replacements[i].header);
		size_t before = parse_number(header->ar_size, sizeof(header->ar_size));

		shift += (int64_t)(replacements[i].size + (replacements[i].size & 1)) -
			(int64_t)(before + (before & 1));
	}
	return old + shift;
}

/* The index: a big-endian count, that many big-endian offsets of headers, then names. */
static int move_index(unsigned char *index, size_t size, size_t width, const unsigned char *bytes,
	const struct archive_replacement *replacements, size_t count)
{
	uint64_t entries, value = 0;

	if (size < width)
		return -EINVAL;
	memcpy((char *)&value + 8 - width, index, width);
	entries = be64toh(value);
	if (entries > (size - width) / width)
		return -EINVAL;
	for (uint64_t i = 1; i <= entries; i++) {
		value = 0;
		memcpy((char *)&value + 8 - width, index + i * width, width);
		value = moved(be64toh(value), bytes, replacements, count);
		if (width == 4 && value > UINT32_MAX)
			return -EINVAL;
		value = htobe64(value);
		memcpy(index + i * width, (char *)&value + 8 - width, width);
	}
	return 0;
}

static void write_member(FILE *output, const struct ar_hdr *old, const void *bytes, size_t size)
{
	struct ar_hdr header = *old;
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%zu", size);

	memset(header.ar_size, ' ', sizeof(header.ar_size));
	memcpy(header.ar_size, digits, length < (int)sizeof(header.ar_size) ? length : (int)sizeof(header.ar_size));
	fwrite(&header, sizeof(header), 1, output);
	fwrite(bytes, 1, size, output);
	if (size & 1)
		fputc('\n', output);
}

int archive_write(FILE *output, const char *name, const unsigned char *bytes, size_t size,
	const struct archive_replacement *replacements, size_t count, struct kml_err *err)
{
	struct archive_member member;
	size_t offset = 0, next = 0;
	int result;

	fwrite(ARMAG, 1, SARMAG, output);
	while ((result = archive_next(name, bytes, size, &offset, &member, err)) > 0) {
		const struct ar_hdr *header = (const void *)(bytes + member.header);
		_cleanup_free_ unsigned char *index = NULL;
		const unsigned char *content = member.bytes;

		if (next < count && replacements[next].header == member.header) {
			write_member(output, header, replacements[next].bytes, replacements[next].size);
			next++;
			continue;
		}
		if (member.special && member.name[1] != '/' && member.size > 0) {
			index = malloc(member.size);
			if (!index)
				return err_set(err, ENOMEM, "%s: out of memory", name);
			memcpy(index, member.bytes, member.size);
			if (move_index(index, member.size, strncmp(header->ar_name, "/SYM64/", 7) == 0 ? 8 : 4,
					bytes, replacements, count) < 0)
				return err_set(err, EINVAL, "%s: archive: malformed symbol index", name);
			content = index;
		}
		write_member(output, header, content, member.size);
	}
	return result;
}
