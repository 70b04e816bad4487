// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/names.h"
#include "link/nearest.h"
#include "link/arch.h"
#include "link/syscalls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_distance_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("jiffies", "jiffies", 2), 0);
	assert_int_equal(nearest_distance("schedule_timout", "schedule_timeout", 2), 1);
	assert_int_equal(nearest_distance("jifffies", "jiffies", 2), 1);
	assert_int_equal(nearest_distance("jiffeis", "jiffies", 2), 1);
	assert_int_equal(nearest_distance("kitten", "sitting", 3), 3);
	assert_int_equal(nearest_distance("", "ab", 2), 2);
	assert_int_equal(nearest_distance("printk", "_printk", 2), 1);
}

static void test_distance_stops_at_the_limit(void **state)
{
	char long_name[300];

	(void)state;
	assert_int_equal(nearest_distance("kitten", "sitting", 2), 3);
	assert_int_equal(nearest_distance("a", "abcdef", 2), 3);
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(nearest_distance(long_name, long_name, 2), 3);
}

static void test_names_are_found_again(void **state)
{
	static char texts[1000][8];
	struct names names = {};

	(void)state;
	assert_true(names_find(&names, "any") == NAMES_NONE);
	for (int i = 0; i < 1000; i++) {
		snprintf(texts[i], sizeof(texts[i]), "n%d", i);
		assert_int_equal(names_add(&names, texts[i]), i);
	}
	assert_int_equal(names_add(&names, "n500"), 500);
	assert_int_equal(names_find(&names, "n999"), 999);
	assert_true(names_find(&names, "n1000") == NAMES_NONE);
	names_free(&names);
}

static void test_syscalls_have_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(syscall_find(&link_arch_x86, "sys_write")->number, 1);
	assert_int_equal(syscall_find(&link_arch_x86, "sys_clock_gettime")->number, 228);
	assert_string_equal(syscall_find(&link_arch_x86, "sys_stat")->function, "__x64_sys_newstat");
	assert_int_equal(syscall_find(&link_arch_x86, "sys_newstat")->number, syscall_find(&link_arch_x86, "sys_stat")->number);
	assert_null(syscall_find(&link_arch_x86, "sys_"));
	assert_null(syscall_find(&link_arch_x86, "write"));
	for (size_t i = 0; i < *link_arch_x86.syscall_count; i++)
		assert_ptr_equal(syscall_find(&link_arch_x86, link_arch_x86.syscalls[i].name), &link_arch_x86.syscalls[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance_counts_edits),
		cmocka_unit_test(test_distance_stops_at_the_limit),
		cmocka_unit_test(test_names_are_found_again),
		cmocka_unit_test(test_syscalls_have_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
