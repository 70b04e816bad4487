// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prototypes pass|read|find VMLINUX NAME...: what it takes to find the prototypes
 * of functions in a kernel's BTF. pass: the least, which is to go over the bytes
 * once and compare each name with a small table, and to trust the file in
 * everything. read: what libbpf needs before it can be asked for anything. find:
 * as kml-link does it, with the hash of each. Prints how many of the names are
 * there, or 0 for read.
 */
#include "common/bytes.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "types/hash.h"
#include "types/types.h"

#include <bpf/btf.h>
#include <elf.h>
#include <stdio.h>

#define FILE_SIZE_MAX ((size_t)4 << 30)

static const unsigned char *btf_section(const unsigned char *file, uint32_t *ret_size)
{
	const Elf64_Ehdr *header = (const void *)file;
	const Elf64_Shdr *sections = (const void *)(file + header->e_shoff);
	const char *names = (const char *)(file + sections[header->e_shstrndx].sh_offset);

	for (int i = 0; i < header->e_shnum; i++)
		if (strcmp(names + sections[i].sh_name, ".BTF") == 0) {
			*ret_size = sections[i].sh_size;
			return file + sections[i].sh_offset;
		}
	return NULL;
}

static int read_only(const unsigned char *file)
{
	uint32_t size;
	const unsigned char *section = btf_section(file, &size);
	struct btf *btf = section ? btf__new(section, size) : NULL;

	if (!btf)
		return -1;
	btf__free(btf);
	return 0;
}

static size_t size_of(const struct btf_type *type)
{
	static const size_t each[NR_BTF_KINDS] = { [BTF_KIND_STRUCT] = sizeof(struct btf_member),
		[BTF_KIND_UNION] = sizeof(struct btf_member), [BTF_KIND_ENUM] = sizeof(struct btf_enum),
		[BTF_KIND_ENUM64] = sizeof(struct btf_enum64), [BTF_KIND_FUNC_PROTO] = sizeof(struct btf_param),
		[BTF_KIND_DATASEC] = sizeof(struct btf_var_secinfo) };
	static const size_t once[NR_BTF_KINDS] = { [BTF_KIND_INT] = sizeof(uint32_t),
		[BTF_KIND_ARRAY] = sizeof(struct btf_array), [BTF_KIND_VAR] = sizeof(struct btf_var),
		[BTF_KIND_DECL_TAG] = sizeof(struct btf_decl_tag) };

	return sizeof(*type) + once[btf_kind(type)] + btf_vlen(type) * each[btf_kind(type)];
}

static int pass(const unsigned char *file, const struct name_filter *wanted, char **names, int count)
{
	uint32_t size;
	const unsigned char *section = btf_section(file, &size), *at, *end;
	const struct btf_header *header = (const void *)section;
	const char *strings;
	int found = 0;

	if (!section)
		return -1;
	strings = (const char *)section + header->hdr_len + header->str_off;
	at = section + header->hdr_len + header->type_off;
	for (end = at + header->type_len; at < end; at += size_of((const void *)at)) {
		const struct btf_type *type = (const void *)at;
		const char *name = strings + type->name_off;

		if (!btf_is_func(type) || !name_filter_passes(wanted, name, strlen(name)))
			continue;
		for (int i = 0; i < count; i++)
			found += strcmp(names[i], name) == 0;
	}
	return found;
}

static int find(const struct bytes *file, const struct name_filter *wanted, char **names, int count)
{
	struct types types = {};
	struct kml_err err;
	int found = 0;

	if (types_add(&types, "vmlinux", file->data, file->size, wanted, &err) <= 0)
		return -1;
	for (int i = 0; i < count; i++) {
		struct type type;

		if (types_function(&types, names[i], &type) != TYPES_UNKNOWN && hash_type(type))
			found++;
	}
	types_close(&types);
	return found;
}

int main(int argc, char **argv)
{
	struct name_filter wanted = {};
	struct bytes file;
	struct kml_err err;
	int found;

	if (argc < 4 || bytes_read(argv[2], FILE_SIZE_MAX, &file, &err) < 0)
		return 64;
	for (int i = 3; i < argc; i++)
		name_filter_add(&wanted, argv[i]);
	found = strcmp(argv[1], "pass") == 0 ? pass(file.data, &wanted, argv + 3, argc - 3) :
		strcmp(argv[1], "read") == 0 ? read_only(file.data) : find(&file, &wanted, argv + 3, argc - 3);
	bytes_free(&file);
	if (found < 0)
		return 2;
	printf("%d\n", found);
	return 0;
}
