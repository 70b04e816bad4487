// SPDX-License-Identifier: GPL-2.0-or-later
/* What is looked for passes, wherever it stands; of the rest, little does. */
#include "common/name_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NAMES = 1000 };

/* All lengths from 1, and beginnings that many share. */
static void make_name(int number, char ret[64])
{
	static const char *const begins[] = { "", "__x64_sys_", "trace_event_", "_", "\377\001" };

	snprintf(ret, 64, "%s%.*x", begins[number % 5], number % 29 + 1, number * 2654435761u);
}

static bool passes(const struct name_filter *filter, const char *name, size_t room)
{
	return name_filter_may_pass(filter, name, room) && name_filter_passes(filter, name, strlen(name));
}

static void test_names_pass(void **state)
{
	size_t others = 0;
	char name[64];

	(void)state;
	for (int wanted = 0; wanted < NAMES; wanted++) {
		struct name_filter filter = {};

		make_name(wanted, name);
		name_filter_add(&filter, name);
		/* Behind its end stands something else, or nothing that may be read. */
		for (size_t fill = 0; fill < 256; fill += 51) {
			size_t size = strlen(name) + 1;
			char *exact = malloc(size), room[64 + 8];

			assert_non_null(exact);
			memcpy(exact, name, size);
			assert_true(passes(&filter, exact, size));
			free(exact);
			memset(room, fill, sizeof(room));
			memcpy(room, name, size);
			assert_true(passes(&filter, room, sizeof(room)));
		}
		for (int number = 0; number < NAMES; number++) {
			make_name(number, name);
			others += number != wanted && passes(&filter, name, sizeof(name));
		}
	}
	assert_in_range(others, 0, NAMES * NAMES / 1000);
}

static void test_many_names_pass(void **state)
{
	struct name_filter filter = {}, other = {};
	char name[64];

	(void)state;
	for (int number = 0; number < 50; number++) {
		make_name(number, name);
		name_filter_add(&filter, name);
	}
	for (int number = 0; number < 50; number++) {
		make_name(number, name);
		assert_true(passes(&filter, name, sizeof(name)));
	}
	make_name(7, name);
	name_filter_add(&other, name);
	assert_true(name_filter_covers(&filter, &other));
	assert_false(name_filter_covers(&other, &filter));
	assert_true(name_filter_passes(NULL, name, strlen(name)));
	assert_true(name_filter_may_pass(NULL, name, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_pass),
		cmocka_unit_test(test_many_names_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
