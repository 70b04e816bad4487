// SPDX-License-Identifier: GPL-2.0-or-later
#include "types.h"

#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/name_filter.h"
#include "hash.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <gelf.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((size_t)4 << 30)
#define MMAP_THRESHOLD (32 << 20)

struct types_slot {
	const struct btf *btf; /* NULL: free */
	uint32_t id;
};

static const struct btf_type *type_of(const struct types_slot *slot)
{
	return btf__type_by_id(slot->btf, slot->id);
}

static const char *name_of(const struct btf *btf, const struct btf_type *type)
{
	return btf__str_by_offset(btf, type->name_off) ?: "";
}

/* Of the same name there may be several; they follow each other. */
static void insert(struct types *types, const struct btf *btf, uint32_t id)
{
	size_t at = hash_string(name_of(btf, btf__type_by_id(btf, id))) & (types->slot_count - 1);

	while (types->slots[at].btf)
		at = (at + 1) & (types->slot_count - 1);
	types->slots[at] = (struct types_slot){ btf, id };
	types->used++;
}

static int grow(struct types *types)
{
	struct types bigger = *types;

	bigger.slot_count = types->slot_count ? types->slot_count * 4 : 256;
	bigger.slots = calloc(bigger.slot_count, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	bigger.used = 0;
	for (size_t i = 0; i < types->slot_count; i++)
		if (types->slots[i].btf)
			insert(&bigger, types->slots[i].btf, types->slots[i].id);
	free(types->slots);
	*types = bigger;
	return 0;
}

/* A function without a prototype is none. */
static bool is_told(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *prototype;

	if (!btf_is_func(type))
		return btf_is_var(type);
	prototype = btf__type_by_id(btf, type->type);
	return prototype && btf_is_func_proto(prototype);
}

/* Those of a base are there already. */
static int add_names(struct types *types, const struct btf *btf, const struct name_filter *wanted)
{
	const struct btf *base = btf__base_btf(btf);
	uint32_t end = btf__type_cnt(btf), size;
	/* Those of the base are elsewhere. */
	const char *bytes = btf__raw_data(btf, &size), *bytes_end = bytes ? bytes + size : NULL;

	for (uint32_t id = base ? btf__type_cnt(base) : 1; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;
		size_t room;

		if (!btf_is_func(type) && !btf_is_var(type))
			continue;
		name = name_of(btf, type);
		room = name >= bytes && name < bytes_end ? bytes_end - name : 0;
		if (!*name || !name_filter_may_pass(wanted, name, room) ||
				!name_filter_passes(wanted, name, strlen(name)) || !is_told(btf, type))
			continue;
		if (types->used * 2 >= types->slot_count && grow(types) < 0)
			return -ENOMEM;
		insert(types, btf, id);
	}
	return 0;
}

static bool is_btf(const void *bytes, size_t size)
{
	static const uint16_t magic = BTF_MAGIC, swapped = BTF_MAGIC >> 8 | (BTF_MAGIC & 0xff) << 8;

	return size > sizeof(magic) && (memcmp(bytes, &magic, sizeof(magic)) == 0 ||
		memcmp(bytes, &swapped, sizeof(swapped)) == 0);
}

/* NULL for none; it lies in the file's own bytes. */
static const void *find_section(Elf *elf, const void *bytes, size_t size, size_t *ret_size)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		const char *name;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (!name || strcmp(name, ".BTF") != 0 || header.sh_offset > size || header.sh_size > size - header.sh_offset)
			continue;
		*ret_size = header.sh_size;
		return (const char *)bytes + header.sh_offset;
	}
	return NULL;
}

/* libbpf has no function for bytes in memory that go on from other BTF, but one for files. */
static struct btf *read_split(const void *bytes, size_t size, struct btf *base)
{
	_cleanup_close_ int fd = memfd_create("btf", MFD_CLOEXEC);
	char path[64];

	if (fd < 0 || file_write_all(fd, bytes, size) < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return btf__parse_raw_split(path, base);
}

/*
 * libbpf copies what it reads, megabytes of it, and the kernel would give that memory a page at a time, with a fault for
 * each. So it is taken at once, and given back for libbpf to find.
 */
static void reserve_memory(size_t size)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE);
	uintptr_t memory, first, end;

	mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
	mallopt(M_TRIM_THRESHOLD, MMAP_THRESHOLD);
	memory = (uintptr_t)malloc(size);
	first = (memory + page - 1) / page * page;
	end = (memory + size) / page * page;
	if (memory && first < end)
		(void)madvise((void *)first, end - first, MADV_POPULATE_WRITE);
	free((void *)memory);
}

static struct btf *read_btf(const void *bytes, size_t size, struct btf *base)
{
	if (size > UINT32_MAX)
		return NULL;
	if (base)
		return read_split(bytes, size, base);
	reserve_memory(size);
	return btf__new(bytes, size);
}

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int types_add(struct types *types, const char *name, const void *bytes, size_t size, const struct name_filter *wanted,
	struct kml_err *err)
{
	struct btf **bigger = reallocarray(types->list, types->count + 1, sizeof(*bigger)), *btf;
	const void *section = bytes;
	size_t section_size = size;

	if (!bigger)
		return err_set(err, ENOMEM, "out of memory");
	types->list = bigger;
	if (!is_btf(bytes, size)) {
		Elf *elf;

		elf_version(EV_CURRENT);
		elf = elf_memory((char *)bytes, size);
		section = elf && elf_kind(elf) == ELF_K_ELF ? find_section(elf, bytes, size, &section_size) : NULL;
		elf_end(elf);
	}
	if (!section || !section_size)
		return 0;
	libbpf_set_print(silent);
	btf = read_btf(section, section_size, types->count ? types->list[0] : NULL);
	if (!btf)
		return err_set(err, EINVAL, "%s: its BTF is malformed", name);
	types->list[types->count++] = btf;
	return add_names(types, btf, wanted) < 0 ? err_set(err, ENOMEM, "out of memory") : 1;
}

int types_add_file(struct types *types, const char *path, const struct name_filter *wanted,
	struct kml_err *err)
{
	struct bytes bytes;
	int result = bytes_read(path, FILE_SIZE_MAX, &bytes, err);

	if (result < 0)
		return result;
	result = types_add(types, path, bytes.data, bytes.size, wanted, err);
	bytes_free(&bytes);
	if (result == 0)
		return err_set(err, ENOENT, "%s: has no BTF: give the vmlinux of a kernel with CONFIG_DEBUG_INFO_BTF, its "
			"/sys/kernel/btf/vmlinux, or what 'pahole --btf_encode_detached=FILE' makes of debug information", path);
	return result;
}

void types_close(struct types *types)
{
	while (types->count)
		btf__free(types->list[--types->count]);
	free(types->list);
	free(types->slots);
	*types = (struct types){};
}

static bool says_nothing(struct type prototype)
{
	const struct btf_type *type = btf__type_by_id(prototype.btf, prototype.id);

	return type->type == 0 && btf_vlen(type) == 0;
}

/* Of several that are alike, the first. */
static enum types_answer find(const struct types *types, const char *name, bool variable, struct type *ret)
{
	enum types_answer answer = TYPES_UNKNOWN;
	size_t at;

	if (!types->slot_count)
		return TYPES_UNKNOWN;
	for (at = hash_string(name) & (types->slot_count - 1); types->slots[at].btf; at = (at + 1) & (types->slot_count - 1)) {
		const struct btf_type *type = type_of(&types->slots[at]);
		struct type found = { types->slots[at].btf, type->type };

		if (btf_is_var(type) != variable || strcmp(name_of(found.btf, type), name) != 0)
			continue;
		if (answer == TYPES_KNOWN && hash_type(*ret) != hash_type(found))
			return TYPES_SEVERAL;
		*ret = answer == TYPES_KNOWN ? *ret : found;
		answer = TYPES_KNOWN;
	}
	return answer;
}

enum types_answer types_function(const struct types *types, const char *name, struct type *ret)
{
	struct type found;
	enum types_answer answer = find(types, name, false, &found);

	if (answer != TYPES_KNOWN)
		return answer;
	*ret = found;
	return says_nothing(found) ? TYPES_DOUBTFUL : TYPES_KNOWN;
}

enum types_answer types_variable(const struct types *types, const char *name, struct type *ret)
{
	return find(types, name, true, ret);
}
