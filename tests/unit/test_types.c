// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <bpf/btf.h>

#include "common/err.h"
#include "types/compare.h"
#include "types/hash.h"
#include "types/passing.h"
#include "types/sound.h"
#include "types/text.h"
#include "types/types.h"

/* A small kernel: what is added to it first moves all numbers, and must not change what anything is. */
struct kernel {
	struct btf *btf;
	int number, wide, unsigned_wide, byte, boolean, wide_alias;
	int node, node_pointer;
};

static struct kernel make(bool other_numbers)
{
	struct kernel kernel = { .btf = btf__new_empty() };
	struct btf *btf = kernel.btf;

	assert_non_null(btf);
	if (other_numbers)
		btf__add_int(btf, "first", 2, 0);
	kernel.number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	kernel.wide = btf__add_int(btf, "long int", 8, BTF_INT_SIGNED);
	kernel.unsigned_wide = btf__add_int(btf, "long unsigned int", 8, 0);
	kernel.byte = btf__add_int(btf, "char", 1, other_numbers ? 0 : BTF_INT_SIGNED);
	kernel.boolean = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	kernel.wide_alias = btf__add_typedef(btf, "time64_t", btf__add_const(btf, kernel.wide));
	/* struct node { struct node *next; long value; }: the pointer is number + 1, known beforehand */
	kernel.node = btf__add_struct(btf, "node", 16);
	btf__add_field(btf, "next", kernel.node + 1, 0, 0);
	btf__add_field(btf, "value", other_numbers ? kernel.wide_alias : kernel.wide, 64, 0);
	kernel.node_pointer = btf__add_ptr(btf, kernel.node);
	return kernel;
}

static struct type prototype(const struct kernel *kernel, int result, int first, int second)
{
	int id = btf__add_func_proto(kernel->btf, result);

	if (first)
		btf__add_func_param(kernel->btf, "first", first);
	if (second)
		btf__add_func_param(kernel->btf, "second", second);
	return (struct type){ kernel->btf, id };
}

static void add_function(const struct kernel *kernel, const char *name, struct type type)
{
	assert_true(btf__add_func(kernel->btf, name, BTF_FUNC_GLOBAL, type.id) > 0);
}

static void same_type_same_hash(void **state)
{
	struct kernel one = make(false), other = make(true);
	struct type a = prototype(&one, one.wide, one.node_pointer, one.byte);
	struct type b = prototype(&other, other.wide_alias, other.node_pointer, other.byte);

	(void)state;
	assert_int_equal(hash_type(a), hash_type(b));
	assert_int_not_equal(hash_type(a), 0);
	assert_null(compare_types(a, b));
	btf__free(one.btf);
	btf__free(other.btf);
}

static void other_type_other_hash(void **state)
{
	struct kernel one = make(false);
	struct type types[] = { prototype(&one, one.wide, one.number, 0), prototype(&one, one.number, one.number, 0),
		prototype(&one, one.wide, one.wide, 0), prototype(&one, one.wide, one.number, one.number),
		prototype(&one, one.wide, one.node_pointer, 0), prototype(&one, one.wide, one.node, 0),
		prototype(&one, one.unsigned_wide, one.number, 0), prototype(&one, 0, one.number, 0),
		prototype(&one, one.wide, 0, 0) };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		for (size_t j = 0; j < i; j++) {
			char *difference = compare_types(types[i], types[j]);

			assert_int_not_equal(hash_type(types[i]), hash_type(types[j]));
			assert_non_null(difference);
			free(difference);
		}
	btf__free(one.btf);
}

/* By value, what is in a structure counts; behind a pointer, its name. */
static void structures(void **state)
{
	struct kernel one = make(false), other = make(false);
	struct btf_type *changed = (struct btf_type *)btf__type_by_id(other.btf, other.node);

	(void)state;
	changed->size = 24;
	assert_int_equal(hash_type(prototype(&one, 0, one.node_pointer, 0)),
		hash_type(prototype(&other, 0, other.node_pointer, 0)));
	assert_int_not_equal(hash_type(prototype(&one, 0, one.node, 0)), hash_type(prototype(&other, 0, other.node, 0)));
	btf__free(one.btf);
	btf__free(other.btf);
}

/* Adds what the BTF holds to the types, as if it came from a file. */
static void open_types(const struct kernel *kernel, struct types *types)
{
	struct kml_err err;
	uint32_t size;
	const void *bytes = btf__raw_data(kernel->btf, &size);

	assert_int_equal(types_add(types, "test", bytes, size, NULL, &err), 1);
}

static void names(void **state)
{
	struct kernel one = make(false);
	struct type type = prototype(&one, one.wide, one.number, 0), found;
	struct types types = {};
	char name[16];

	(void)state;
	add_function(&one, "known", type);
	add_function(&one, "assembly", prototype(&one, 0, 0, 0));
	add_function(&one, "twice_alike", type);
	add_function(&one, "twice_alike", prototype(&one, one.wide, one.number, 0));
	add_function(&one, "twice", type);
	add_function(&one, "twice", prototype(&one, one.wide, one.wide, 0));
	btf__add_var(one.btf, "variable", BTF_VAR_GLOBAL_ALLOCATED, one.wide);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		add_function(&one, name, type);
	}
	open_types(&one, &types);
	assert_int_equal(types_function(&types, "known", &found), TYPES_KNOWN);
	assert_int_equal(hash_type(found), hash_type(type));
	assert_int_equal(types_function(&types, "assembly", &found), TYPES_DOUBTFUL);
	assert_int_equal(types_function(&types, "twice_alike", &found), TYPES_KNOWN);
	assert_int_equal(types_function(&types, "twice", &found), TYPES_SEVERAL);
	assert_int_equal(types_function(&types, "variable", &found), TYPES_UNKNOWN);
	assert_int_equal(types_function(&types, "unknown", &found), TYPES_UNKNOWN);
	assert_int_equal(types_variable(&types, "variable", &found), TYPES_KNOWN);
	assert_int_equal(types_variable(&types, "known", &found), TYPES_UNKNOWN);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		assert_int_equal(types_function(&types, name, &found), TYPES_KNOWN);
	}
	types_close(&types);
	btf__free(one.btf);
}

/* What no compiler makes: types that lead to themselves, or nowhere. */
static void circles(void **state)
{
	struct kernel one = make(false);
	int loop = btf__add_typedef(one.btf, "loop", 0), inside;
	struct type type = prototype(&one, loop, one.number, 0);

	(void)state;
	((struct btf_type *)btf__type_by_id(one.btf, loop))->type = loop;
	hash_type(type);
	assert_null(compare_types(type, type));
	/* A structure that contains itself, twice. */
	inside = btf__add_struct(one.btf, "inside", 8);
	btf__add_field(one.btf, "one", inside, 0, 0);
	btf__add_field(one.btf, "two", inside, 32, 0);
	type = prototype(&one, inside, 0, 0);
	hash_type(type);
	assert_null(compare_types(type, type));
	btf__free(one.btf);
}

static void refuses(const struct kernel *kernel)
{
	struct types types = {};

	open_types(kernel, &types);
	assert_false(btf_is_sound(types.list[0]));
	assert_null(text_declaration((struct type){ types.list[0], 1 }, "f"));
	types_close(&types);
}

/* None of it is written: libbpf would follow it for ever, or to where nothing is. */
static void what_is_unsound(void **state)
{
	static const int wrong[] = { 1000, -1 };
	struct kernel one;
	int id;

	(void)state;
	one = make(false);
	assert_true(btf_is_sound(one.btf));
	btf__free(one.btf);

	one = make(false);
	id = btf__add_typedef(one.btf, "loop", 0);
	((struct btf_type *)btf__type_by_id(one.btf, id))->type = id;
	refuses(&one);
	btf__free(one.btf);

	one = make(false);
	id = btf__add_struct(one.btf, "inside", 8);
	btf__add_field(one.btf, "itself", id, 0, 0);
	refuses(&one);
	btf__free(one.btf);

	one = make(false);
	btf__add_struct(one.btf, "outside", 8);
	btf__add_field(one.btf, "far", one.number, 1000, 0);
	refuses(&one);
	btf__free(one.btf);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		one = make(false);
		id = btf__add_ptr(one.btf, one.number);
		((struct btf_type *)btf__type_by_id(one.btf, id))->type = wrong[i];
		refuses(&one);
		btf__free(one.btf);
	}

	/* A function that takes itself. */
	one = make(false);
	id = prototype(&one, one.number, one.wide, 0).id;
	btf_params(btf__type_by_id(one.btf, id))[0].type = id;
	refuses(&one);
	btf__free(one.btf);
}

static void what_is_no_btf(void **state)
{
	static const unsigned char nothing[64] = { 1, 2, 3 };
	struct kernel one = make(false);
	struct types types = {};
	struct kml_err err;
	uint32_t size;
	const void *bytes = btf__raw_data(one.btf, &size);

	(void)state;
	assert_int_equal(types_add(&types, "test", nothing, sizeof(nothing), NULL, &err), 0);
	for (uint32_t cut = 3; cut < size; cut++) {
		assert_true(types_add(&types, "test", bytes, cut, NULL, &err) < 0);
		assert_string_equal(err.text, "test: its BTF is malformed");
	}
	assert_int_equal(types.count, 0);
	types_close(&types);
	btf__free(one.btf);
}

static void what_the_gate_passes(void **state)
{
	struct kernel one = make(false);
	struct type six = prototype(&one, one.wide, one.number, one.wide), seven, number;
	int floating;

	(void)state;
	for (int i = 0; i < 4; i++)
		btf__add_func_param(one.btf, "more", one.number);
	assert_null(passing_problem(six));
	seven = prototype(&one, one.wide, one.number, one.wide);
	for (int i = 0; i < 5; i++)
		btf__add_func_param(one.btf, "more", one.number);
	assert_non_null(passing_problem(seven));
	/* A structure in two registers. */
	six = prototype(&one, one.node, one.node, one.node);
	assert_null(passing_problem(six));
	floating = btf__add_float(one.btf, "double", 8);
	number = prototype(&one, one.wide, floating, 0);
	assert_non_null(passing_problem(number));
	assert_non_null(passing_problem(prototype(&one, floating, 0, 0)));
	btf__free(one.btf);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_type_same_hash),
		cmocka_unit_test(other_type_other_hash),
		cmocka_unit_test(structures),
		cmocka_unit_test(names),
		cmocka_unit_test(circles),
		cmocka_unit_test(what_is_unsound),
		cmocka_unit_test(what_is_no_btf),
		cmocka_unit_test(what_the_gate_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
