// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "vm/bundle.h"

static struct kml_err err;

static void path_is_tidied(void **state)
{
	static const char *const pairs[][2] = {
		{ "/a/b", "/a/b" }, { "/a//b/", "/a/b" }, { "/a/./b", "/a/b" }, { "/a/../b", "/b" },
		{ "/../b", "/b" }, { "/a/b/../../..", "/" }, { "/", "/" }, { "/a..b/...", "/a..b/..." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		_cleanup_free_ char *tidy = bundle_tidy_path(pairs[i][0]);

		assert_string_equal(tidy, pairs[i][1]);
	}
}

/* Reads the archive with cpio, an independent reader, in the form "path path ...". */
static void assert_lists(const struct bundle *bundle, const char *expected)
{
	_cleanup_close_ int fd = -1;
	char command[64], *line = NULL;
	size_t size = 0, used = 0;
	char all[1024] = "";
	FILE *list;

	assert_int_equal(bundle_write(bundle, &fd, &err), 0);
	fcntl(fd, F_SETFD, 0);
	lseek(fd, 0, SEEK_SET);
	snprintf(command, sizeof(command), "cpio -it --quiet <&%d", fd);
	list = popen(command, "r");
	while (getline(&line, &size, list) > 0)
		used += snprintf(all + used, sizeof(all) - used, "%.*s ", (int)strcspn(line, "\n"), line);
	free(line);
	assert_int_equal(pclose(list), 0);
	assert_string_equal(all, expected);
}

static void every_directory_comes_once_and_first(void **state)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();
	static const char *const paths[] = { "/b/x", "/a/b/c", "/a-b", "/a/b-c/d", "/a/b/a", "/a/z" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(bundle_add_data(bundle, paths[i], 0644, "x", 1, &err), 0);
	assert_lists(bundle, "dev dev/console a a/b a/b/a a/b/c a/b-c a/b-c/d a/z a-b b b/x ");
}

static void same_file_may_come_twice(void **state)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(bundle_add_file(bundle, "/f", open("/proc/self/exe", O_RDONLY), "f", &err), 0);
	assert_lists(bundle, "dev dev/console f ");
}

static void two_files_at_one_place_are_refused(void **state)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();

	(void)state;
	assert_int_equal(bundle_add_file(bundle, "/f", open("/proc/self/exe", O_RDONLY), "one", &err), 0);
	assert_int_equal(bundle_add_file(bundle, "/./f", open("/bin/sh", O_RDONLY), "two", &err), -EEXIST);
	assert_string_equal(err.text, "two: cannot be /f in the machine as well: one is there already");
}

static void file_in_place_of_a_directory_is_refused(void **state)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();
	int fd = -1;

	(void)state;
	assert_int_equal(bundle_add_data(bundle, "/a/b", 0644, "x", 1, &err), 0);
	assert_int_equal(bundle_add_data(bundle, "/a", 0644, "x", 1, &err), 0);
	assert_int_equal(bundle_write(bundle, &fd, &err), -ENOTDIR);
}

static void directory_is_no_file(void **state)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();

	(void)state;
	assert_int_equal(bundle_add_file(bundle, "/f", open("/", O_RDONLY), "/", &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_is_tidied),
		cmocka_unit_test(every_directory_comes_once_and_first),
		cmocka_unit_test(same_file_may_come_twice),
		cmocka_unit_test(two_files_at_one_place_are_refused),
		cmocka_unit_test(file_in_place_of_a_directory_is_refused),
		cmocka_unit_test(directory_is_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
