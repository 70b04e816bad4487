// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "trust/install.h"
#include "trust/inventory.h"
#include "trust/place.h"
#include "trust/trusted.h"

static struct kml_err err;
static char top[64];	/* a directory of ours, with "t" in it */
static int base;

static int set_up(void **state)
{
	(void)state;
	umask(022);
	snprintf(top, sizeof(top), "/tmp/kml-test-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	base = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return base < 0 ? -1 : mkdirat(base, "t", 0755);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	close(base);
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static int try_open(const char *path, int *ret_fd)
{
	const struct walk_root root = { base, "/base" };

	return trusted_open(&root, path, getuid(), ret_fd, &err);
}

static void assert_refused(const char *path, int error, const char *sentence)
{
	int fd = -1;

	assert_int_equal(try_open(path, &fd), -error);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(err.text, sentence));
}

static void sound_directory_is_opened(void **state)
{
	_cleanup_close_ int fd = -1;

	(void)state;
	assert_int_equal(try_open("/t", &fd), 0);
	assert_true(fd >= 0);
}

static void missing_directory_is_refused(void **state)
{
	(void)state;
	assert_refused("/none", ENOENT, "/base/none: does not exist; make it: sudo kml-install --create");
}

static void symbolic_link_is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlinkat("t", base, "link"), 0);
	assert_refused("/link", ELOOP, "/base/link: is a symbolic link");
	assert_int_equal(mkdirat(base, "t/deep", 0755), 0);
	assert_refused("/link/deep", ELOOP, "/base/link: is a symbolic link");
}

static void file_is_refused(void **state)
{
	_cleanup_close_ int fd = openat(base, "file", O_WRONLY | O_CREAT, 0644);

	(void)state;
	assert_refused("/file", ENOTDIR, "/base/file: ");
}

static void writable_directory_is_refused(void **state)
{
	(void)state;
	assert_int_equal(fchmodat(base, "t", 0775, 0), 0);
	assert_refused("/t", EPERM, "/base/t: its group may write to it (mode 0775); mend it: sudo chmod g-w /base/t");
	assert_int_equal(fchmodat(base, "t", 01757, 0), 0);
	assert_refused("/t", EPERM, "/base/t: everybody may write to it (mode 1757)");
}

static void writable_parent_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdirat(base, "t/deep", 0755), 0);
	assert_int_equal(fchmodat(base, "t", 0775, 0), 0);
	assert_refused("/t/deep", EPERM, "/base/t: its group");
	assert_int_equal(fchmod(base, 0777), 0);
	assert_refused("/t/deep", EPERM, "/base: its group");
}

static void foreign_owner_is_refused(void **state)
{
	const struct walk_root root = { base, "/base" };
	int fd = -1;

	(void)state;
	assert_int_equal(trusted_open(&root, "/t", getuid() + 1, &fd, &err), -EPERM);
	assert_int_equal(fd, -1);
}

static void odd_names_are_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", ".hidden", "a/b", "/a", "a\nb" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_not_equal(trusted_check_name(names[i], &err), 0);
	assert_int_equal(trusted_check_name("prog-1.2_x", &err), 0);
}

static void open_stays_in_the_directory(void **state)
{
	(void)state;
	assert_int_equal(symlinkat("/etc/passwd", base, "escape"), 0);
	assert_int_equal(walk_open_name(base, "escape", O_RDONLY, 0), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(walk_open_name(base, "../etc", O_RDONLY, 0), -1);
	assert_int_equal(walk_open_name(base, "/etc/passwd", O_RDONLY, 0), -1);
}

/* Libraries are those of the system: the root is its root. */
static struct place open_place(void)
{
	struct place place = { .root = { open("/", O_PATH | O_CLOEXEC), "" }, .path = "/t", .name = "/base/t",
		.owner = getuid(), .group = getgid() };

	assert_int_equal(try_open("/t", &place.directory), 0);
	return place;
}

static void close_place(const struct place *place)
{
	close(place->root.fd);
	close(place->directory);
}

static void assert_listed(const struct place *place, const char *expected)
{
	char listing[1024] = "";
	FILE *out = fmemopen(listing, sizeof(listing), "w");

	assert_int_equal(inventory_list(place, out, &err), 0);
	fclose(out);
	assert_string_equal(listing, expected);
}

static void program_is_installed(void **state)
{
	struct place place = open_place();
	char name[] = "/proc/self/exe", path[128];
	struct stat status;

	(void)state;
	/* By another name, with odd modes; a file of the same name is replaced, as is a left-over. */
	snprintf(path, sizeof(path), "%s/prog", top);
	assert_int_equal(symlink(name, path), 0);
	assert_int_equal(symlinkat("/etc/passwd", place.directory, "prog"), 0);
	close(openat(place.directory, PLACE_TEMPORARY "0123", O_WRONLY | O_CREAT, 0600));
	umask(077);
	assert_int_equal(install_program(&place, path, &err), 0);
	assert_int_equal(fstatat(place.directory, "prog", &status, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0755);
	assert_int_equal(faccessat(place.directory, PLACE_TEMPORARY "0123", F_OK, 0), -1);
	assert_int_equal(install_remove(&place, "prog", &err), 0);
	assert_int_equal(install_remove(&place, "prog", &err), -ENOENT);
	close_place(&place);
}

static void what_is_no_program_is_refused(void **state)
{
	struct place place = open_place();
	char path[128];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/script", top);
	file = fopen(path, "w");
	fputs("#!/bin/sh\n", file);
	fclose(file);
	assert_int_equal(install_program(&place, path, &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "is a script"));
	assert_int_equal(install_program(&place, top, &err), -ENOEXEC);
	assert_int_equal(install_program(&place, "/dev/null", &err), -ENOEXEC);
	assert_listed(&place, "");
	close_place(&place);
}

static void list_tells_what_is_wrong(void **state)
{
	struct place place = open_place();
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/good", top);
	assert_int_equal(symlink("/proc/self/exe", path), 0);
	assert_int_equal(install_program(&place, path, &err), 0);
	assert_int_equal(symlinkat("good", place.directory, "link"), 0);
	close(openat(place.directory, PLACE_TEMPORARY "0123", O_WRONLY | O_CREAT, 0600));
	assert_int_equal(mkdirat(place.directory, "sub", 0755), 0);
	assert_listed(&place, "good\t-\t-\t-\t-\nlink\t-\t-\t-\t-\tis a symbolic link\n"
		"sub\t-\t-\t-\t-\tis a directory: kml-install makes none here, but what is in it starts in kernel mode\n");
	close_place(&place);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sound_directory_is_opened),
		TEST(missing_directory_is_refused),
		TEST(symbolic_link_is_refused),
		TEST(file_is_refused),
		TEST(writable_directory_is_refused),
		TEST(writable_parent_is_refused),
		TEST(foreign_owner_is_refused),
		TEST(odd_names_are_refused),
		TEST(open_stays_in_the_directory),
		TEST(program_is_installed),
		TEST(what_is_no_program_is_refused),
		TEST(list_tells_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
