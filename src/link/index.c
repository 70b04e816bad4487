// SPDX-License-Identifier: GPL-2.0-or-later
#include "index.h"

#include "common/buffer.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "kernel.h"
#include "kernel_types.h"
#include "put.h"
#include "start/key.h"
#include "types/hash.h"

#include <kml/program.h>

#include <errno.h>
#include <string.h>

enum { BUCKETS_MAX = 1 << 20 };

struct collection {
	const struct types *types;
	struct kml_index_entry *entries;
	size_t count, room;
};

static uint32_t type_of(const struct types *types, const struct kernel_symbol *symbol)
{
	struct type type;

	return symbol->class == KERNEL_FUNCTION && types_function(types, symbol->name, &type) == TYPES_KNOWN ?
		hash_type(type) : 0;
}

/* What the compiler and the kernel's build make for themselves would be the larger part. */
static bool can_be_imported(const char *name)
{
	static const char *const prefixes[] = { "__pfx_", "__ksymtab", "__kstrtab", "__crc_", "__UNIQUE_ID", "__addressable" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return false;
	return !strchr(name, '.');
}

static int add(const struct kernel_symbol *symbol, void *context)
{
	struct collection *all = context;
	int64_t address = (int64_t)symbol->value;

	if (symbol->class == KERNEL_UNLOADED || symbol->class == KERNEL_VDSO || !can_be_imported(symbol->name))
		return 0;
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 1024;
		struct kml_index_entry *bigger = reallocarray(all->entries, room, sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		all->entries = bigger;
		all->room = room;
	}
	/* What no program can import must not be found either, but keeps its name from others. */
	if (symbol->class > KERNEL_DATA || address != (int32_t)address)
		address = 0;
	all->entries[all->count++] = (struct kml_index_entry){ .key = kml_name_key(symbol->name), .address = address,
		.type = type_of(all->types, symbol) };
	return 0;
}

static int by_key(const void *one, const void *other)
{
	const struct kml_index_entry *a = one, *b = other;

	return (a->key > b->key) - (a->key < b->key);
}

/* Leaves out what has one key, but several addresses: the kernel is to be asked then, and says so. */
static void keep_unique(struct collection *all)
{
	size_t kept = 0;

	qsort(all->entries, all->count, sizeof(*all->entries), by_key);
	for (size_t i = 0, end; i < all->count; i = end) {
		bool same = all->entries[i].address != 0;

		for (end = i + 1; end < all->count && all->entries[end].key == all->entries[i].key; end++)
			same &= all->entries[end].address == all->entries[i].address;
		if (same)
			all->entries[kept++] = all->entries[i];
	}
	all->count = kept;
}

static bool fill(const struct collection *all, struct kml_index_bucket *buckets, kml_u32 mask)
{
	for (size_t i = 0; i < all->count; i++) {
		struct kml_index_bucket *bucket = &buckets[all->entries[i].key & mask];
		unsigned int at = 0;

		while (at < KML_INDEX_BUCKET && bucket->entries[at].address)
			at++;
		if (at == KML_INDEX_BUCKET)
			return false;
		bucket->entries[at] = all->entries[i];
	}
	return true;
}

/* As few buckets as there can be, a power of two. */
static int lay_out(const struct collection *all, const struct kernel *kernel, struct buffer *file, struct kml_err *err)
{
	struct kml_index header = { .magic = { 'k', 'm', 'l', '-', 'i', 'n', 'd', 'x' } };
	_cleanup_free_ struct kml_index_bucket *buckets = NULL;
	size_t count = 1;

	while (count * KML_INDEX_BUCKET < all->count)
		count *= 2;
	for (; count <= BUCKETS_MAX; count *= 2) {
		free(buckets);
		buckets = calloc(count, sizeof(*buckets));
		if (!buckets || fill(all, buckets, count - 1))
			break;
	}
	if (!buckets || count > BUCKETS_MAX)
		return err_set(err, ENOMEM, "out of memory");
	header.mask = count - 1;
	memcpy(header.build_id, kernel_build_id(kernel), KML_BUILD_ID_SIZE);
	buffer_add(file, &header, sizeof(header));
	buffer_add(file, buckets, count * sizeof(*buckets));
	return file->failed ? err_set(err, ENOMEM, "out of memory") : 0;
}

int index_write(const char *path, const struct kernel *kernel, const char *btf, struct kml_err *err)
{
	_cleanup_(types_close) struct types types = {};
	_cleanup_(buffer_free) struct buffer file = {};
	struct collection all = { .types = &types };
	int result;

	if (!kernel->images[0].is_linked)
		return err_set(err, EINVAL, "%s: does not tell its build-id, or not the addresses that belong to it: give the "
			"vmlinux or the bzImage", kernel->images[0].path);
	result = kernel_types_open(kernel, btf, NULL, &types, err);
	if (result < 0)
		return result;
	result = kernel_image_visit(&kernel->images[0], add, &all);
	if (result == 0) {
		keep_unique(&all);
		result = lay_out(&all, kernel, &file, err);
	} else {
		err_set(err, ENOMEM, "out of memory");
	}
	free(all.entries);
	return result < 0 ? result : put_file(path, file.bytes, file.size, err);
}
