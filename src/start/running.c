// SPDX-License-Identifier: MIT
#include "running.h"

#include "key.h"
#include "system.h"

#include <kml/program.h>

#include <errno.h>
#include <stddef.h>

/* More than all notes of any kernel. */
enum { NOTES_SIZE = 2048 };

static inline bool is_same(const void *one, const void *other, unsigned long size)
{
#ifdef __x86_64__
	bool same;

	__asm__("repe cmpsb" : "+S"(one), "+D"(other), "+c"(size), "=@cce"(same) : : "memory");
	return same;
#else
	const unsigned char *left = one, *right = other;

	while (size && *left == *right) {
		left++;
		right++;
		size--;
	}
	return !size;
#endif
}

/*
 * Returns the descriptor; what the file does not have stays as it was. One that is there, but does not open, is recorded:
 * whoever starts the program may have left it no descriptors.
 */
__attribute__((noinline)) static int read_file(struct running_index *index, const char *path, void *buffer, unsigned long size)
{
	int fd = system_open(path);

	if (fd < 0 && fd != -ENOENT)
		index->withheld = path;
	system_pread(fd, buffer, size, 0);
	return fd;
}

enum running running_is(const unsigned char *build_id, struct running_index *index)
{
	/* Sizes of name and content, type, and name */
	static const kml_u32 header[] = { 4, KML_BUILD_ID_SIZE, NT_GNU_BUILD_ID, 'G' | 'N' << 8 | 'U' << 16 };
	unsigned char notes[NOTES_SIZE] = {};
	const unsigned char *note = notes;

	/* Without /sys nobody knows. */
	system_close(read_file(index, "/sys/kernel/notes", notes, sizeof(notes)));
	while (!is_same(note, header, sizeof(header))) {
		note += 4;
		if (note + sizeof(header) + KML_BUILD_ID_SIZE > notes + sizeof(notes))
			return RUNNING_OTHER;
	}
	note += sizeof(header);
	if (is_same(note, build_id, KML_BUILD_ID_SIZE))
		return RUNNING_THIS;
	index->fd = read_file(index, KML_INDEX, &index->header, sizeof(index->header));
	return is_same(index->header.build_id, note, KML_BUILD_ID_SIZE) ? RUNNING_OTHER_WITH_INDEX : RUNNING_OTHER;
}

const struct kml_index_entry *running_find(const struct running_index *index, const char *name,
	struct kml_index_bucket *bucket)
{
	uint64_t key = kml_name_key(name);

	if (system_pread(index->fd, bucket, sizeof(*bucket),
			sizeof(index->header) + (key & index->header.mask) * sizeof(*bucket)) == sizeof(*bucket))
		for (unsigned int i = 0; i < KML_INDEX_BUCKET; i++)
			if (bucket->entries[i].key == key)
				return &bucket->entries[i];
	return NULL;
}
