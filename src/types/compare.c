// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare.h"

#include "common/cleanup.h"
#include "strip.h"
#include "text.h"

#include <bpf/btf.h>
#include <stdarg.h>
#include <string.h>

enum { DEPTH_MAX = 24, PAIRS_MAX = 4096, MEMBERS_MAX = 1000000 };

struct comparison {
	char where[256];
	char *difference; /* the first */
	/* Structures that have been compared, or are: they contain pointers to each other. */
	struct pair {
		uint32_t program, kernel;
	} *pairs;
	size_t pair_count;
	unsigned int members; /* looked at: hostile BTF may branch without end */
};

__attribute__((format(printf, 2, 3))) static bool differ(struct comparison *comparison, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	if (comparison->difference)
		return false;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (asprintf(&comparison->difference, "%s%s%s", comparison->where, *comparison->where ? ": " : "",
			text ?: "out of memory") < 0)
		comparison->difference = NULL;
	return false;
}

static bool differ_types(struct comparison *comparison, struct type program, struct type kernel)
{
	_cleanup_free_ char *one = text_declaration(program, ""), *other = text_declaration(kernel, "");

	return differ(comparison, "'%s' here, '%s' in the kernel", one ?: "?", other ?: "?");
}

static unsigned int kind_of(const struct stripped *type)
{
	unsigned int kind = type->self ? btf_kind(type->self) : BTF_KIND_UNKN;

	return kind == BTF_KIND_ENUM64 ? BTF_KIND_ENUM : kind;
}

static bool is_composite(const struct stripped *type)
{
	return type->self && (btf_is_composite(type->self) || btf_is_fwd(type->self));
}

static bool is_union(const struct stripped *type)
{
	return btf_is_fwd(type->self) ? btf_kflag(type->self) : btf_is_union(type->self);
}

/* The header that kml-link writes calls what libc has, too, by another name. */
static bool same_name(const char *program, const char *kernel)
{
	static const char prefix[] = "kernel_";
	size_t length = strlen(program);

	if (strcmp(program, kernel) == 0 ||
			(strncmp(program, prefix, strlen(prefix)) == 0 && strcmp(program + strlen(prefix), kernel) == 0))
		return true;
	return length > 1 && program[length - 1] == '_' && strlen(kernel) == length - 1 &&
		strncmp(program, kernel, length - 1) == 0;
}

/* What has a name by typedefs alone may have another by others; then its members tell. */
static bool may_be_same(const struct stripped *program, const struct stripped *kernel)
{
	return !program->is_own || !kernel->is_own || same_name(program->name, kernel->name);
}

static bool compare(struct comparison *comparison, struct type program, struct type kernel, int depth);

struct member {
	const char *name;
	uint32_t offset, bits;
	struct type type;
};

/* Those of nameless structures within are as good as its own. */
static bool find_member(struct comparison *comparison, const struct stripped *composite, const char *name, uint32_t base,
	int depth, struct member *ret)
{
	const struct btf_member *members = btf_members(composite->self);

	for (unsigned int i = 0; i < btf_vlen(composite->self) && comparison->members++ < MEMBERS_MAX; i++) {
		const char *own = btf__str_by_offset(composite->type.btf, members[i].name_off) ?: "";
		uint32_t offset = base + btf_member_bit_offset(composite->self, i);
		struct stripped inner;

		if (*own && same_name(name, own)) {
			*ret = (struct member){ own, offset, btf_member_bitfield_size(composite->self, i),
				type_in(composite->type, members[i].type) };
			return true;
		}
		if (*own || depth >= DEPTH_MAX)
			continue;
		inner = strip(type_in(composite->type, members[i].type));
		if (inner.self && btf_is_composite(inner.self) && find_member(comparison, &inner, name, offset, depth + 1, ret))
			return true;
	}
	return false;
}

static bool compare_member(struct comparison *comparison, const struct member *program, const struct member *kernel,
	int depth)
{
	if (program->offset != kernel->offset && (program->offset | kernel->offset) % 8)
		return differ(comparison, "at bit %u here, at bit %u in the kernel", program->offset, kernel->offset);
	if (program->offset != kernel->offset)
		return differ(comparison, "at byte %u here, at byte %u in the kernel", program->offset / 8,
			kernel->offset / 8);
	if (program->bits != kernel->bits)
		return differ(comparison, "%u bits here, %u in the kernel", program->bits, kernel->bits);
	return compare(comparison, program->type, kernel->type, depth);
}

static bool compare_members(struct comparison *comparison, const struct stripped *program,
	const struct stripped *kernel, const char *tag, uint32_t base, int depth)
{
	const struct btf_member *members = btf_members(program->self);
	bool same = true;

	for (unsigned int i = 0; same && i < btf_vlen(program->self) && comparison->members++ < MEMBERS_MAX; i++) {
		struct member mine = { btf__str_by_offset(program->type.btf, members[i].name_off) ?: "",
			base + btf_member_bit_offset(program->self, i), btf_member_bitfield_size(program->self, i),
			type_in(program->type, members[i].type) }, other;
		struct stripped inner = strip(mine.type);

		if (!*mine.name) {
			if (inner.self && btf_is_composite(inner.self) && depth < DEPTH_MAX)
				same = compare_members(comparison, &inner, kernel, tag, mine.offset, depth + 1);
			continue;
		}
		snprintf(comparison->where, sizeof(comparison->where), "%s %.100s, member '%.100s'",
			is_union(program) ? "union" : "struct", tag, mine.name);
		/* Room that the program leaves and does not use has some name, too. */
		if (!find_member(comparison, kernel, mine.name, 0, 0, &other))
			same = mine.name[0] == '_' || differ(comparison, "the kernel has none of that name");
		else
			same = compare_member(comparison, &mine, &other, depth);
	}
	return same;
}

static bool seen(struct comparison *comparison, uint32_t program, uint32_t kernel)
{
	struct pair *bigger;

	for (size_t i = 0; i < comparison->pair_count; i++)
		if (comparison->pairs[i].program == program && comparison->pairs[i].kernel == kernel)
			return true;
	bigger = reallocarray(comparison->pairs, comparison->pair_count + 1, sizeof(*bigger));
	/* As good as seen: what goes so deep is nothing that a person declares. */
	if (!bigger || comparison->pair_count >= PAIRS_MAX)
		return true;
	comparison->pairs = bigger;
	bigger[comparison->pair_count++] = (struct pair){ program, kernel };
	return false;
}

static bool compare_composites(struct comparison *comparison, const struct stripped *program,
	const struct stripped *kernel, int depth)
{
	char where[sizeof(comparison->where)];

	if (is_union(program) != is_union(kernel) || !may_be_same(program, kernel))
		return differ_types(comparison, program->type, kernel->type);
	if (btf_is_fwd(program->self) || btf_is_fwd(kernel->self) ||
			seen(comparison, program->type.id, kernel->type.id))
		return true;
	memcpy(where, comparison->where, sizeof(where));
	if (program->self->size != kernel->self->size) {
		snprintf(comparison->where, sizeof(comparison->where), "%s %.100s", is_union(program) ? "union" : "struct",
			kernel->name);
		return differ(comparison, "%u bytes here, %u in the kernel", program->self->size, kernel->self->size);
	}
	if (!compare_members(comparison, program, kernel, kernel->name, 0, depth + 1))
		return false;
	memcpy(comparison->where, where, sizeof(where));
	return true;
}

/* One that was declared without parameters, as C has it from old times, has just the dots. */
static bool leaves_parameters_open(const struct btf_type *prototype)
{
	return btf_vlen(prototype) == 1 && btf_params(prototype)[0].type == 0;
}

static void enter(struct comparison *comparison, int depth, const char *format, unsigned int number, const char *name)
{
	/* In the prototype itself; parameters of parameters are told by the outer one. */
	if (depth == 0)
		snprintf(comparison->where, sizeof(comparison->where), format, number, *name ? " (" : "", name,
			*name ? ")" : "");
}

static bool compare_prototypes(struct comparison *comparison, const struct stripped *program,
	const struct stripped *kernel, int depth)
{
	const struct btf_param *mine = btf_params(program->self), *other = btf_params(kernel->self);
	unsigned int count = btf_vlen(program->self), other_count = btf_vlen(kernel->self);

	enter(comparison, depth, "result", 0, "");
	if (!compare(comparison, type_in(program->type, program->self->type), type_in(kernel->type, kernel->self->type),
			depth + 1))
		return false;
	if (leaves_parameters_open(program->self))
		return true;
	for (unsigned int i = 0; i < count && i < other_count; i++) {
		enter(comparison, depth, "parameter %u%s%.80s%s", i + 1,
			btf__str_by_offset(kernel->type.btf, other[i].name_off) ?: "");
		if ((mine[i].type == 0) != (other[i].type == 0))
			return differ(comparison, mine[i].type ? "the kernel's is variadic from there on" :
				"variadic from there on, the kernel's is not");
		if (!compare(comparison, type_in(program->type, mine[i].type), type_in(kernel->type, other[i].type),
				depth + 1))
			return false;
	}
	if (depth == 0)
		comparison->where[0] = '\0';
	return count == other_count || differ(comparison, "%u parameters here, %u in the kernel", count, other_count);
}

static bool is_byte(const struct stripped *type)
{
	return kind_of(type) == BTF_KIND_INT && type->self->size == 1;
}

static bool same_numbers(const struct stripped *program, const struct stripped *kernel)
{
	unsigned int mine, other;

	if (program->self->size != kernel->self->size)
		return false;
	if (kind_of(program) == BTF_KIND_ENUM || kind_of(kernel) == BTF_KIND_ENUM)
		return true;
	mine = btf_int_encoding(program->self);
	other = btf_int_encoding(kernel->self);
	/* A bool that is something else than 0 and 1 is neither true nor false; chars have a sign or not. */
	if (program->self->size == 1)
		return !(mine & BTF_INT_BOOL) || other & BTF_INT_BOOL;
	return (mine & BTF_INT_SIGNED) == (other & BTF_INT_SIGNED);
}

static bool is_number(const struct stripped *type)
{
	return kind_of(type) == BTF_KIND_INT || kind_of(type) == BTF_KIND_ENUM;
}

/* Bytes of the right number stand for what the program does not want to look into. */
static bool is_room_for(const struct stripped *program, struct type kernel)
{
	struct stripped element;
	const struct btf_array *array;

	if (kind_of(program) != BTF_KIND_ARRAY)
		return false;
	array = btf_array(program->self);
	element = strip(type_in(program->type, array->type));
	return (is_byte(&element) || array->nelems == 0) && btf__resolve_size(program->type.btf, program->type.id) ==
		btf__resolve_size(kernel.btf, kernel.id);
}

static bool compare_pointers(struct comparison *comparison, struct type program, struct type kernel, int depth)
{
	const struct stripped mine = strip(type_in(program, btf__type_by_id(program.btf, program.id)->type));
	const struct stripped other = strip(type_in(kernel, btf__type_by_id(kernel.btf, kernel.id)->type));
	bool same;

	if (!mine.self || !other.self)
		return true;
	/* The whole pointer is what differs then, unless it is something within a structure. */
	same = is_composite(&mine) == is_composite(&other) && (!is_composite(&mine) ||
		(is_union(&mine) == is_union(&other) && may_be_same(&mine, &other)));
	if (!same)
		return differ_types(comparison, program, kernel);
	return compare(comparison, mine.type, other.type, depth + 1);
}

static bool compare_arrays(struct comparison *comparison, struct type program, struct type kernel, int depth)
{
	const struct btf_array *mine = btf_array(btf__type_by_id(program.btf, program.id));
	const struct btf_array *other = btf_array(btf__type_by_id(kernel.btf, kernel.id));

	/* "extern char text[]": of any length. */
	if (mine->nelems && mine->nelems != other->nelems)
		return differ_types(comparison, program, kernel);
	return compare(comparison, type_in(program, mine->type), type_in(kernel, other->type), depth + 1);
}

static bool compare(struct comparison *comparison, struct type program, struct type kernel, int depth)
{
	const struct stripped mine = strip(program), other = strip(kernel);
	unsigned int kind = kind_of(&mine), other_kind = kind_of(&other);

	if (depth >= DEPTH_MAX)
		return true;
	if (is_composite(&mine) && is_composite(&other))
		return compare_composites(comparison, &mine, &other, depth);
	if (is_number(&mine) && is_number(&other))
		return same_numbers(&mine, &other) || differ_types(comparison, program, kernel);
	if (other.self && is_room_for(&mine, other.type))
		return true;
	if (kind != other_kind)
		return differ_types(comparison, program, kernel);
	switch (kind) {
	case BTF_KIND_PTR:
		return compare_pointers(comparison, mine.type, other.type, depth);
	case BTF_KIND_ARRAY:
		return compare_arrays(comparison, mine.type, other.type, depth);
	case BTF_KIND_FUNC_PROTO:
		return compare_prototypes(comparison, &mine, &other, depth);
	case BTF_KIND_FLOAT:
		return mine.self->size == other.self->size || differ_types(comparison, program, kernel);
	}
	return true;
}

char *compare_types(struct type program, struct type kernel)
{
	struct comparison comparison = {};

	compare(&comparison, program, kernel, 0);
	free(comparison.pairs);
	return comparison.difference;
}
