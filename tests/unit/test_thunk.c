// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes of thunks. That they do what the instruction did is tested by cli/link-thunks-keep-state. */
#include "link/thunk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(...) (const unsigned char[]){ __VA_ARGS__ }, sizeof((const unsigned char[]){ __VA_ARGS__ })

static const char *make(const unsigned char *code, size_t size, size_t field, int64_t addend, bool pc_relative,
	struct thunk *ret)
{
	struct thunk_site site = { .code = code, .code_size = size, .field = field, .addend = addend,
		.pc_relative = pc_relative };

	return thunk_make(&site, ret);
}

static void test_lea_becomes_a_load_in_place(void **state)
{
	struct thunk thunk;

	(void)state;
	assert_null(make(BYTES(0x48, 0x8d, 0x05, 0, 0, 0, 0), 3, -4, true, &thunk));
	assert_true(thunk.in_place);
	assert_int_equal(thunk.size, 7);
	assert_int_equal(thunk.slot_field, 3);
	assert_memory_equal(thunk.code, ((unsigned char[]){ 0x48, 0x8b, 0x05, 0, 0, 0, 0 }), 7);
}

static void test_load_needs_no_other_register(void **state)
{
	static const unsigned char expected[] = {
		0x48, 0x8b, 0x05, 0, 0, 0, 0,	/* mov slot(%rip), %rax */
		0x48, 0x8b, 0x40, 0x08,		/* mov 8(%rax), %rax */
		0xe9, 0, 0, 0, 0,		/* jmp back */
	};
	struct thunk thunk;

	(void)state;
	assert_null(make(BYTES(0x48, 0x8b, 0x05, 0, 0, 0, 0), 3, 8 - 4, true, &thunk));
	assert_false(thunk.in_place);
	assert_int_equal(thunk.size, sizeof(expected));
	assert_memory_equal(thunk.code, expected, sizeof(expected));
	assert_int_equal(thunk.slot_field, 3);
	assert_int_equal(thunk.back_field, 12);
	assert_int_equal(thunk.instruction_length, 7);
}

static void test_store_saves_a_register(void **state)
{
	static const unsigned char expected[] = {
		0x48, 0x8d, 0xa4, 0x24, 0x80, 0xff, 0xff, 0xff, /* lea -128(%rsp), %rsp */
		0x51,						/* push %rcx */
		0x48, 0x8b, 0x0d, 0, 0, 0, 0,			/* mov slot(%rip), %rcx */
		0x48, 0x01, 0x01,				/* add %rax, (%rcx) */
		0x59,						/* pop %rcx */
		0x48, 0x8d, 0xa4, 0x24, 0x80, 0, 0, 0,		/* lea 128(%rsp), %rsp */
		0xe9, 0, 0, 0, 0,				/* jmp back */
	};
	struct thunk thunk;

	(void)state;
	assert_null(make(BYTES(0x48, 0x01, 0x05, 0, 0, 0, 0), 3, -4, true, &thunk));
	assert_int_equal(thunk.size, sizeof(expected));
	assert_memory_equal(thunk.code, expected, sizeof(expected));
}

static void test_immediate_behind_the_field_counts(void **state)
{
	struct thunk thunk;

	(void)state;
	/* movl $1, variable(%rip): the field ends 8 bytes before the next instruction */
	assert_null(make(BYTES(0xc7, 0x05, 0, 0, 0, 0, 1, 0, 0, 0), 2, -8, true, &thunk));
	assert_memory_equal(thunk.code + 16, ((unsigned char[]){ 0xc7, 0x00, 1, 0, 0, 0 }), 6);
}

static void test_refusals_say_why(void **state)
{
	struct thunk thunk;

	(void)state;
	memset(&thunk, 0xaa, sizeof(thunk));
	assert_non_null(strstr(make(BYTES(0xff, 0x15, 0, 0, 0, 0), 2, -4, true, &thunk), "call gate"));
	assert_non_null(strstr(make(BYTES(0xe8, 0, 0, 0, 0), 1, -4, true, &thunk), "calls or jumps"));
	assert_non_null(strstr(make(BYTES(0x48, 0x03, 0x25, 0, 0, 0, 0), 3, -4, true, &thunk), "stack pointer"));
	assert_non_null(strstr(make(BYTES(0x06), 0, -4, true, &thunk), "decoded"));
	assert_non_null(strstr(make(BYTES(0x48, 0x8b, 0x05, 0, 0), 3, -4, true, &thunk), "decoded"));
	assert_non_null(strstr(make(BYTES(0x48, 0x8b, 0x05, 0, 0, 0, 0), 2, -4, true, &thunk), "outside"));
	assert_non_null(strstr(make(BYTES(0x48, 0x8b, 0x05, 0, 0, 0, 0), 3, -4, false, &thunk), "does not fit"));
	assert_non_null(strstr(make(BYTES(0x48, 0x8b, 0x05, 0, 0, 0, 0), 3, (int64_t)1 << 40, true, &thunk),
		"address"));
	/* nothing was written */
	assert_int_equal(thunk.code[0], 0xaa);
}

/* Any bytes at all: no crash, and what is accepted ends in the jump back. */
static void test_random_bytes_do_no_harm(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		unsigned char code[16];
		struct thunk thunk;

		for (size_t j = 0; j < sizeof(code); j++)
			code[j] = (seed = seed * 1103515245 + 12345) >> 16;
		if (make(code, 1 + i % 16, i / 16 % 12, -4, i & 1, &thunk))
			continue;
		assert_in_range(thunk.size, 5, THUNK_SIZE_MAX);
		assert_in_range(thunk.instruction_length, 5, 15);
		if (!thunk.in_place)
			assert_int_equal(thunk.code[thunk.back_field - 1], 0xe9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lea_becomes_a_load_in_place),
		cmocka_unit_test(test_load_needs_no_other_register),
		cmocka_unit_test(test_store_saves_a_register),
		cmocka_unit_test(test_immediate_behind_the_field_counts),
		cmocka_unit_test(test_refusals_say_why),
		cmocka_unit_test(test_random_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
