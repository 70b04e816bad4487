// SPDX-License-Identifier: GPL-2.0-or-later
#include "sound.h"

#include "common/cleanup.h"
#include "strip.h"

#include <bpf/btf.h>
#include <stdint.h>
#include <stdlib.h>

enum { DEPTH_MAX = 256, SIZE_MAX_OF_ONE = 1 << 26 };

enum state { UNSEEN, ENTERED, DONE };

/* To write a type, that of a structure with a tag is enough; to know its size, what a pointer points to does not matter. */
enum question { WRITTEN, SIZE };

struct walk {
	const struct btf *btf;
	uint32_t count;
	enum question question;
	unsigned char *states;
};

static void end(struct walk *walk)
{
	free(walk->states);
}

static bool has_name(const struct btf *btf, uint32_t offset)
{
	return btf__str_by_offset(btf, offset);
}

static bool is_tagged(const struct btf *btf, const struct btf_type *type)
{
	const char *name = btf__str_by_offset(btf, type->name_off);

	return name && *name;
}

static bool visit(struct walk *walk, uint32_t id, int depth);

static bool visit_members(struct walk *walk, const struct btf_type *type, int depth)
{
	for (unsigned int i = 0; i < btf_vlen(type); i++)
		if (!visit(walk, btf_members(type)[i].type, depth))
			return false;
	return true;
}

static bool visit_parameters(struct walk *walk, const struct btf_type *type, int depth)
{
	for (unsigned int i = 0; i < btf_vlen(type); i++)
		if (!visit(walk, btf_params(type)[i].type, depth))
			return false;
	return visit(walk, type->type, depth);
}

static bool visit_parts(struct walk *walk, const struct btf_type *type, int depth)
{
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return (walk->question == WRITTEN && is_tagged(walk->btf, type)) || visit_members(walk, type, depth);
	case BTF_KIND_PTR:
		return walk->question == SIZE || visit(walk, type->type, depth);
	case BTF_KIND_FUNC_PROTO:
		return walk->question == SIZE || visit_parameters(walk, type, depth);
	case BTF_KIND_ARRAY:
		return visit(walk, btf_array(type)->type, depth);
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		return visit(walk, type->type, depth);
	}
	return true;
}

static bool names_are_good(const struct btf *btf, const struct btf_type *type)
{
	bool good = has_name(btf, type->name_off);

	for (unsigned int i = 0; good && i < btf_vlen(type); i++)
		good = btf_is_composite(type) ? has_name(btf, btf_members(type)[i].name_off) :
			btf_is_func_proto(type) ? has_name(btf, btf_params(type)[i].name_off) :
			btf_is_enum(type) ? has_name(btf, btf_enum(type)[i].name_off) :
			!btf_is_enum64(type) || has_name(btf, btf_enum64(type)[i].name_off);
	return good;
}

static bool is_size_of(const struct btf_type *type, uint32_t largest)
{
	return type->size && type->size <= largest && (type->size & (type->size - 1)) == 0;
}

/* libbpf divides by them. */
static bool number_is_good(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return is_size_of(type, 16) && btf_int_offset(type) + btf_int_bits(type) <= type->size * 8;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return is_size_of(type, 8);
	case BTF_KIND_FLOAT:
		return type->size == 12 || is_size_of(type, 16);
	}
	return true;
}

/* What the walks pass over has to be there, too, and lie within. */
static bool members_are_good(const struct walk *walk, const struct btf_type *type)
{
	if (btf_is_composite(type) && type->size > SIZE_MAX_OF_ONE)
		return false;
	if (btf_is_composite(type))
		for (unsigned int i = 0; i < btf_vlen(type); i++)
			if (btf_members(type)[i].type >= walk->count ||
					btf_member_bit_offset(type, i) > (uint64_t)type->size * 8)
				return false;
	if (btf_is_datasec(type))
		for (unsigned int i = 0; i < btf_vlen(type); i++)
			if (btf_var_secinfos(type)[i].type >= walk->count)
				return false;
	if (btf_is_array(type))
		return btf_array(type)->index_type < walk->count;
	return !(btf_is_ptr(type) || btf_is_decl_tag(type)) || type->type < walk->count;
}

/* What is part of something has a size and an alignment. Typedefs have an end: the walks found it. */
static bool may_be_part(const struct btf *btf, uint32_t id)
{
	const struct stripped part = strip((struct type){ btf, id });

	return part.self && (btf_is_int(part.self) || btf_is_ptr(part.self) || btf_is_any_enum(part.self) ||
		btf_is_float(part.self) || btf_is_array(part.self) || btf_is_composite(part.self));
}

static bool parts_are_good(const struct btf *btf, const struct btf_type *type)
{
	bool good = !btf_is_array(type) || may_be_part(btf, btf_array(type)->type);

	if (btf_is_composite(type))
		for (unsigned int i = 0; good && i < btf_vlen(type); i++)
			good = may_be_part(btf, btf_members(type)[i].type);
	return good;
}

static bool is_good(const struct walk *walk, const struct btf_type *type)
{
	return names_are_good(walk->btf, type) && number_is_good(type) && members_are_good(walk, type) &&
		parts_are_good(walk->btf, type);
}

static bool visit(struct walk *walk, uint32_t id, int depth)
{
	const struct btf_type *type;
	bool good;

	if (id == 0)
		return true;
	if (id >= walk->count || walk->states[id] == ENTERED || depth > DEPTH_MAX)
		return false;
	if (walk->states[id] == DONE)
		return true;
	type = btf__type_by_id(walk->btf, id);
	walk->states[id] = ENTERED;
	good = is_good(walk, type) && visit_parts(walk, type, depth + 1);
	walk->states[id] = DONE;
	return good;
}

static bool begin(struct walk *walk, const struct btf *btf, enum question question)
{
	*walk = (struct walk){ .btf = btf, .count = btf__type_cnt(btf), .question = question };
	walk->states = calloc(walk->count, 1);
	return walk->states;
}

static bool visit_all(struct walk *walk)
{
	bool good = true;

	for (uint32_t id = 1; good && id < walk->count; id++)
		good = visit(walk, id, 0);
	return good;
}

bool btf_is_sound(const struct btf *btf)
{
	_cleanup_(end) struct walk written = {}, size = {};

	return begin(&written, btf, WRITTEN) && begin(&size, btf, SIZE) && visit_all(&written) && visit_all(&size);
}
