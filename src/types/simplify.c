// SPDX-License-Identifier: GPL-2.0-or-later
#include "simplify.h"

#include "c_names.h"
#include "common/cleanup.h"
#include "sound.h"
#include "strip.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

/* Through what the copy does not have; const and volatile stay. A nameless structure goes by the name of its typedef. */
static struct type skip(struct type type, const char **name)
{
	*name = "";
	for (int i = 0; i < STRIP_MAX && type.id; i++) {
		const struct btf_type *self = btf__type_by_id(type.btf, type.id);

		if (!self)
			break;
		if (!btf_is_typedef(self) && !btf_is_restrict(self) && !btf_is_type_tag(self)) {
			const char *own = btf__str_by_offset(type.btf, self->name_off);

			*name = own && *own ? own : *name;
			return type;
		}
		if (btf_is_typedef(self))
			*name = btf__str_by_offset(type.btf, self->name_off) ?: "";
		type.id = self->type;
	}
	type.id = 0;
	return type;
}

static const struct btf_type *self_of(struct type type)
{
	return type.id ? btf__type_by_id(type.btf, type.id) : NULL;
}

/* Those of modules go on from the kernel's, so numbers below are the same in all. */
static bool same_source(struct type one, struct type other)
{
	return one.id == other.id && (one.btf == other.btf || one.id < btf__type_cnt(btf__base_btf(one.btf) ?: one.btf));
}

static size_t entry_of(struct simplified *types, struct type type)
{
	struct simplified_type *bigger;

	for (size_t i = 0; i < types->count; i++)
		if (same_source(types->list[i].source, type))
			return i;
	if (types->count == types->room) {
		types->room = types->room ? types->room * 2 : 256;
		bigger = reallocarray(types->list, types->room, sizeof(*bigger));
		if (!bigger) {
			types->failed = true;
			types->room = types->count;
			return 0;
		}
		types->list = bigger;
	}
	types->list[types->count] = (struct simplified_type){ .source = type };
	return types->count++;
}

enum use { BY_VALUE, POINTED_TO, NAMED };

static void want(struct simplified *types, struct type type, enum use use, int depth);

static void want_members(struct simplified *types, struct type type, int depth)
{
	const struct btf_type *self = self_of(type);

	for (unsigned int i = 0; i < btf_vlen(self) && !types->failed; i++)
		want(types, type_in(type, btf_members(self)[i].type), BY_VALUE, depth);
}

/* A pointer within a structure, or in what a callback gets, needs no more than the name of what it points to. */
static void want(struct simplified *types, struct type type, enum use use, int depth)
{
	const struct btf_type *self;
	const char *name;
	size_t entry;
	bool known;

	type = skip(type, &name);
	self = self_of(type);
	if (!self || depth > STRIP_MAX)
		return;
	known = types->count;
	entry = types->count;
	entry = entry_of(types, type);
	known = entry < types->count - 1 || types->list[entry].complete;
	switch (btf_kind(self)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		/* What has no name cannot be named. */
		if ((use == NAMED && *name) || types->list[entry].complete)
			return;
		types->list[entry].complete = true;
		want_members(types, type, depth + 1);
		return;
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
		want(types, type_in(type, self->type), use, depth + 1);
		return;
	case BTF_KIND_PTR:
		want(types, type_in(type, self->type), use == POINTED_TO ? POINTED_TO : NAMED, depth + 1);
		return;
	case BTF_KIND_ARRAY:
		want(types, type_in(type, btf_array(self)->type), use, depth + 1);
		return;
	case BTF_KIND_FUNC_PROTO:
		if (known && use == NAMED)
			return;
		want(types, type_in(type, self->type), use == BY_VALUE ? POINTED_TO : NAMED, depth + 1);
		for (unsigned int i = 0; i < btf_vlen(self); i++)
			want(types, type_in(type, btf_params(self)[i].type), use == BY_VALUE ? POINTED_TO : NAMED, depth + 1);
		return;
	}
}

size_t simplified_add(struct simplified *types, struct type type)
{
	const char *name;

	want(types, type, BY_VALUE, 0);
	return entry_of(types, skip(type, &name));
}

/* The name of a structure that is in the list, which several may have: the first has it, the others are numbered. */
static char *tag_of(const struct simplified *types, size_t entry, const char *name)
{
	_cleanup_free_ char *tag = c_name(name, C_TAG);
	unsigned int number = 1;
	char *result;

	for (size_t i = 0; tag && i < entry; i++) {
		const struct btf_type *made = types->list[i].id ? btf__type_by_id(types->btf, types->list[i].id) : NULL;
		const struct btf_type *source = self_of(types->list[i].source);

		if (!made || !source || !btf_is_composite(source) || !btf_is_composite(made))
			continue;
		if (strncmp(btf__str_by_offset(types->btf, made->name_off), tag, strlen(tag)) == 0 &&
				(btf__str_by_offset(types->btf, made->name_off)[strlen(tag)] == '\0' ||
				strncmp(btf__str_by_offset(types->btf, made->name_off) + strlen(tag), "___", 3) == 0))
			number++;
	}
	if (!tag || number == 1)
		return take_ptr(tag);
	return asprintf(&result, "%s___%u", tag, number) < 0 ? NULL : result;
}

static int add_int(struct btf *btf, const struct btf_type *self, const char *name)
{
	unsigned int encoding = btf_int_encoding(self);

	if (encoding & BTF_INT_BOOL)
		return btf__add_int(btf, "kernel_bool", self->size, encoding);
	if (self->size == 16)
		return btf__add_int(btf, encoding & BTF_INT_SIGNED ? "kernel_s128" : "kernel_u128", 16, encoding);
	return btf__add_int(btf, name, self->size, encoding);
}

/* Other than of four bytes, C has none; and one without a name is a number. */
static int add_enum(struct simplified *types, const struct type *source, const struct btf_type *self, const char *name)
{
	_cleanup_free_ char *tag = c_name(name, C_TAG);
	int id;

	if (!*name || btf_vlen(self) == 0 || self->size != 4 || btf_is_enum64(self))
		return btf__add_int(types->btf, self->size == 1 ? "unsigned char" : self->size == 2 ? "unsigned short" :
			self->size == 4 ? btf_kflag(self) ? "int" : "unsigned int" : "unsigned long", self->size,
			self->size == 4 && btf_kflag(self) ? BTF_INT_SIGNED : 0);
	id = btf__add_enum(types->btf, tag, 4);
	for (unsigned int i = 0; id > 0 && tag && i < btf_vlen(self); i++) {
		_cleanup_free_ char *constant = c_name(btf__str_by_offset(source->btf, btf_enum(self)[i].name_off) ?: "",
			C_CONSTANT);

		if (!constant || btf__add_enum_value(types->btf, constant, btf_kflag(self) ? btf_enum(self)[i].val :
				(int64_t)(uint32_t)btf_enum(self)[i].val) < 0)
			return -ENOMEM;
	}
	return id;
}

/* In C++ nothing is smaller than a byte; C's structures without members are. */
static bool is_empty(struct type type, int depth)
{
	const char *name;
	const struct btf_type *self = depth < STRIP_MAX ? self_of(skip(type, &name)) : NULL;

	if (self && btf_is_array(self))
		return is_empty(type_in(type, btf_array(self)->type), depth + 1);
	return self && btf_is_composite(self) && self->size == 0;
}

static char *numbered(const char *name, unsigned int number)
{
	char *result;

	return asprintf(&result, "%s%u", name, number) < 0 ? NULL : result;
}

static int add_composite(struct simplified *types, size_t entry, const struct btf_type *self, const char *name)
{
	_cleanup_free_ char *tag = *name ? tag_of(types, entry, name) : strdup("");
	struct type source = types->list[entry].source;
	int id;

	if (!tag)
		return -ENOMEM;
	if (!*tag && self->size == 0)
		return btf__add_struct(types->btf, NULL, 0);
	if (btf_is_fwd(self) || !types->list[entry].complete || self->size == 0)
		return btf__add_fwd(types->btf, tag, (btf_is_fwd(self) ? btf_kflag(self) : btf_is_union(self)) ?
			BTF_FWD_UNION : BTF_FWD_STRUCT);
	id = btf_is_union(self) ? btf__add_union(types->btf, tag, self->size) : btf__add_struct(types->btf, tag, self->size);
	for (unsigned int i = 0; id > 0 && i < btf_vlen(self); i++) {
		const char *own = btf__str_by_offset(source.btf, btf_members(self)[i].name_off) ?: "";
		_cleanup_free_ char *member = *own || !is_empty(type_in(source, btf_members(self)[i].type), 0) ?
			c_name(own, C_MEMBER) : numbered("_empty", i);

		if (!member || btf__add_field(types->btf, member, 0, btf_member_bit_offset(self, i),
				btf_member_bitfield_size(self, i)) < 0)
			return -ENOMEM;
	}
	return id;
}

static int add_prototype(struct simplified *types, struct type source, const struct btf_type *self)
{
	int id = btf__add_func_proto(types->btf, 0);

	for (unsigned int i = 0; id > 0 && i < btf_vlen(self); i++) {
		_cleanup_free_ char *parameter = c_name(btf__str_by_offset(source.btf, btf_params(self)[i].name_off) ?: "",
			C_MEMBER);

		if (!parameter || btf__add_func_param(types->btf, *parameter ? parameter : NULL, 0) < 0)
			return -ENOMEM;
	}
	return id;
}

static int add_type(struct simplified *types, size_t entry, const char *name)
{
	struct type source = types->list[entry].source;
	const struct btf_type *self = self_of(source);
	struct btf *btf = types->btf;

	switch (btf_kind(self)) {
	case BTF_KIND_INT:
		return add_int(btf, self, name);
	case BTF_KIND_FLOAT:
		return btf__add_float(btf, name, self->size);
	case BTF_KIND_PTR:
		return btf__add_ptr(btf, 0);
	case BTF_KIND_CONST:
		return btf__add_const(btf, 0);
	case BTF_KIND_VOLATILE:
		return btf__add_volatile(btf, 0);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return add_enum(types, &source, self, name);
	case BTF_KIND_ARRAY:
		return btf__add_array(btf, 1, 0, btf_array(self)->nelems);
	case BTF_KIND_FUNC_PROTO:
		return add_prototype(types, source, self);
	default:
		return add_composite(types, entry, self, name);
	}
}

/* The number of what is referred to; a declared structure is the defined one of its name, if there is that. */
static uint32_t made(const struct simplified *types, struct type target)
{
	const char *name;

	target = skip(target, &name);
	for (size_t i = 0; target.id && i < types->count; i++)
		if (same_source(types->list[i].source, target))
			return types->list[i].id;
	return 0;
}

static void refer(const struct simplified *types, size_t entry, uint32_t empty)
{
	struct type source = types->list[entry].source;
	const struct btf_type *self = self_of(source);
	struct btf_type *copy = (struct btf_type *)btf__type_by_id(types->btf, types->list[entry].id);

	if (btf_is_array(copy))
		btf_array(copy)->type = made(types, type_in(source, btf_array(self)->type));
	else if (btf_is_ptr(copy) || btf_is_mod(copy) || btf_is_func_proto(copy))
		copy->type = made(types, type_in(source, self->type));
	if (btf_is_func_proto(copy))
		for (unsigned int i = 0; i < btf_vlen(copy); i++)
			btf_params(copy)[i].type = made(types, type_in(source, btf_params(self)[i].type));
	if (btf_is_composite(copy))
		for (unsigned int i = 0; i < btf_vlen(copy); i++) {
			struct type member = type_in(source, btf_members(self)[i].type);

			btf_members(copy)[i].type = is_empty(member, 0) ? empty : made(types, member);
		}
}

static const char *name_of(const struct simplified *types, size_t entry);

/* A typedef gives its name to what has none: to the first that refers to it so. */
static void name_nameless(const struct simplified *types, const char **names)
{
	for (size_t i = 0; i < types->count; i++)
		names[i] = name_of(types, i);
	for (size_t i = 0; i < types->count; i++) {
		const struct btf_type *self = self_of(types->list[i].source);
		unsigned int count = btf_is_composite(self) || btf_is_func_proto(self) ? btf_vlen(self) : 0;

		for (unsigned int j = 0; j <= count; j++) {
			uint32_t id = j == count ? btf_is_array(self) ? btf_array(self)->type : btf_is_ptr(self) ||
				btf_is_mod(self) || btf_is_func_proto(self) ? self->type : 0 :
				btf_is_func_proto(self) ? btf_params(self)[j].type : btf_members(self)[j].type;
			const char *name;
			struct type target = skip(type_in(types->list[i].source, id), &name);

			for (size_t k = 0; target.id && *name && k < types->count; k++)
				if (same_source(types->list[k].source, target) && !*names[k])
					names[k] = name;
		}
	}
}

static const char *name_of(const struct simplified *types, size_t entry)
{
	struct type source = types->list[entry].source;

	return btf__str_by_offset(source.btf, self_of(source)->name_off) ?: "";
}

/* The defined structure stands for what is only declared, of the same name. */
static bool is_defined_elsewhere(const struct simplified *types, const char *const *names, size_t entry, size_t *ret)
{
	if (!btf_is_fwd(self_of(types->list[entry].source)))
		return false;
	for (size_t i = 0; i < types->count; i++)
		if (i != entry && strcmp(names[i], names[entry]) == 0 &&
				(btf_is_composite(self_of(types->list[i].source)) ||
				(btf_is_fwd(self_of(types->list[i].source)) && i < entry))) {
			*ret = i;
			return true;
		}
	return false;
}

int simplified_make(struct simplified *types)
{
	_cleanup_free_ const char **names = calloc(types->count + 1, sizeof(*names));
	uint32_t byte, empty;

	types->btf = btf__new_empty();
	if (types->failed || !types->btf || !names)
		return -ENOMEM;
	byte = btf__add_int(types->btf, "unsigned char", 1, 0);
	empty = btf__add_array(types->btf, byte, byte, 0);
	name_nameless(types, names);
	for (size_t i = 0; i < types->count; i++) {
		size_t other;
		int id = is_defined_elsewhere(types, names, i, &other) ? 0 : add_type(types, i, names[i]);

		if (id < 0)
			return id;
		types->list[i].id = id;
	}
	for (size_t i = 0, other; i < types->count; i++)
		if (is_defined_elsewhere(types, names, i, &other))
			types->list[i].id = types->list[other].id;
	for (size_t i = 0; i < types->count; i++)
		refer(types, i, empty);
	return btf_is_sound(types->btf) ? 0 : -EINVAL;
}

void simplified_free(struct simplified *types)
{
	btf__free(types->btf);
	free(types->list);
	*types = (struct simplified){};
}
