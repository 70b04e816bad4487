// SPDX-License-Identifier: GPL-2.0-or-later
#include "hash.h"

#include "strip.h"

#include <bpf/btf.h>
#include <string.h>

enum { DEPTH_MAX = 24 };

/* FNV-1a */
struct hash {
	uint64_t value;
	unsigned int left; /* members and parameters yet to be looked at: hostile BTF may branch without end */
};

static struct hash begin(void)
{
	return (struct hash){ 14695981039346656037u, 10000 };
}

static void add_bytes(struct hash *hash, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	while (size--)
		hash->value = (hash->value ^ *at++) * 1099511628211u;
}

static void add_number(struct hash *hash, uint64_t number)
{
	add_bytes(hash, &number, sizeof(number));
}

static void add_string(struct hash *hash, const char *string)
{
	add_bytes(hash, string, strlen(string) + 1);
}

static uint32_t end(const struct hash *hash)
{
	uint32_t value = (uint32_t)(hash->value ^ hash->value >> 32);

	return value ?: 1;
}

static void add_type(struct hash *hash, struct type type, bool behind_pointer, int depth);

static void add_members(struct hash *hash, const struct stripped *composite, int depth)
{
	const struct btf_member *members = btf_members(composite->self);

	for (unsigned int i = 0; i < btf_vlen(composite->self) && hash->left; i++) {
		hash->left--;
		add_string(hash, btf__str_by_offset(composite->type.btf, members[i].name_off) ?: "");
		add_number(hash, btf_member_bit_offset(composite->self, i));
		add_number(hash, btf_member_bitfield_size(composite->self, i));
		add_type(hash, type_in(composite->type, members[i].type), false, depth);
	}
}

static void add_parameters(struct hash *hash, const struct stripped *prototype, int depth)
{
	const struct btf_param *parameters = btf_params(prototype->self);

	for (unsigned int i = 0; i < btf_vlen(prototype->self) && hash->left; i++) {
		hash->left--;
		add_type(hash, type_in(prototype->type, parameters[i].type), false, depth);
	}
	add_type(hash, type_in(prototype->type, prototype->self->type), false, depth);
}

static void add_type(struct hash *hash, struct type type, bool behind_pointer, int depth)
{
	const struct stripped stripped = strip(type);
	const struct btf_type *self = stripped.self;
	unsigned int kind = self ? btf_kind(self) : BTF_KIND_UNKN;
	const struct btf_array *array;

	if (depth >= DEPTH_MAX)
		return;
	/* Declared or defined, large values or small ones: the same thing. */
	if (kind == BTF_KIND_FWD)
		kind = btf_kflag(self) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	if (kind == BTF_KIND_ENUM64)
		kind = BTF_KIND_ENUM;
	add_number(hash, kind);
	switch (kind) {
	case BTF_KIND_INT:
		add_number(hash, self->size);
		/* Kernels differ in whether char has a sign. */
		if (self->size > 1)
			add_number(hash, btf_int_encoding(self));
		break;
	case BTF_KIND_FLOAT:
	case BTF_KIND_ENUM:
		add_number(hash, self->size);
		break;
	case BTF_KIND_PTR:
		add_type(hash, type_in(type, self->type), true, depth + 1);
		break;
	case BTF_KIND_ARRAY:
		array = btf_array(self);
		add_number(hash, array->nelems);
		add_type(hash, type_in(type, array->type), behind_pointer, depth + 1);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		add_string(hash, stripped.name);
		if (behind_pointer || btf_is_fwd(self))
			break;
		add_number(hash, self->size);
		add_members(hash, &stripped, depth + 1);
		break;
	case BTF_KIND_FUNC_PROTO:
		add_number(hash, btf_vlen(self));
		add_parameters(hash, &stripped, depth + 1);
		break;
	}
}

uint32_t hash_type(struct type type)
{
	struct hash hash = begin();

	add_type(&hash, type, false, 0);
	return end(&hash);
}

uint32_t hash_string(const char *string)
{
	struct hash hash = begin();

	add_string(&hash, string);
	return end(&hash);
}
