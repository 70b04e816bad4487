// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds small libraries with the compiler, and looks at what gets into the machine. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "vm/bundle.h"
#include "vm/libraries.h"

static struct kml_err err;
static char top[64];
static char listing[4096];	/* of the bundle: " path path ... " */

__attribute__((format(printf, 1, 2))) static void shell(const char *format, ...)
{
	char command[1024], text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(command, sizeof(command), "cd %s && %s", top, text);
	assert_int_equal(system(command), 0);
}

/* A library without any other, so that nothing of this system gets in. */
static void make_library(const char *directory, const char *name, const char *flags)
{
	shell("mkdir -p %s && echo 'int f_%s(void) { return 1; }' >x.c && "
		"cc -shared -fPIC -nostdlib -o %s/lib%s.so x.c -Wl,-soname,lib%s.so,--no-as-needed %s", directory, name,
		directory, name, name, flags);
}

static void make_program(const char *path, const char *flags)
{
	shell("mkdir -p $(dirname %s) && echo 'void _start(void) {}' >x.c && cc -pie -fPIE -nostdlib -o %s x.c "
		"-Wl,--no-as-needed,--no-dynamic-linker,--allow-shlib-undefined %s", path, path, flags);
}

static int set_up(void **state)
{
	char *real;

	(void)state;
	snprintf(top, sizeof(top), "/tmp/kml-test-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	real = realpath(top, NULL);
	snprintf(top, sizeof(top), "%s", real);
	free(real);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static void list(const struct bundle *bundle)
{
	_cleanup_close_ int fd = -1;
	char command[64], *line = NULL;
	size_t size = 0, used = 1;
	FILE *pipe;

	assert_int_equal(bundle_write(bundle, &fd, &err), 0);
	fcntl(fd, F_SETFD, 0);
	lseek(fd, 0, SEEK_SET);
	snprintf(command, sizeof(command), "cpio -it --quiet <&%d", fd);
	pipe = popen(command, "r");
	strcpy(listing, " ");
	while (getline(&line, &size, pipe) > 0)
		used += snprintf(listing + used, sizeof(listing) - used, "/%.*s ", (int)strcspn(line, "\n"), line);
	free(line);
	assert_int_equal(pclose(pipe), 0);
}

/* Puts the program at /trusted/prog, with "std" as the only standard directory. */
static int resolve(const char *program, const char *environment)
{
	_cleanup_(library_search_release) struct library_search search = {};
	_cleanup_bundle_ struct bundle *bundle = bundle_new();
	char standard[80], host[256], directory[256];
	const char *standards[] = { standard, NULL };
	_cleanup_close_ int fd = -1;
	int result;

	snprintf(standard, sizeof(standard), "%s/std", top);
	snprintf(host, sizeof(host), "%s/%s", top, program);
	search.standard = standards;
	if (environment) {
		snprintf(directory, sizeof(directory), "%s/%s", top, environment);
		assert_int_equal(directories_add(&search.environment, directory, strlen(directory)), 0);
	}
	fd = open(host, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	result = libraries_add_program(bundle, &search, fd, host, "/trusted/prog", &err);
	if (result == 0)
		list(bundle);
	return result;
}

static void assert_has(const char *path)
{
	char word[512];

	snprintf(word, sizeof(word), " %s ", path);
	if (!strstr(listing, word))
		fail_msg("%s is not in%s", path, listing);
}

static void assert_has_standard(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/std/%s", top, name);
	assert_has(path);
}

static void static_program_needs_nothing(void **state)
{
	(void)state;
	make_program("bin/prog", "");
	assert_int_equal(resolve("bin/prog", NULL), 0);
	assert_string_equal(listing, " /dev /dev/console /trusted /trusted/prog ");
}

static void libraries_of_libraries_come_along(void **state)
{
	(void)state;
	make_library("std", "b", "");
	make_library("std", "a", "-Lstd -lb");
	make_program("bin/prog", "-Lstd -la");
	assert_int_equal(resolve("bin/prog", NULL), 0);
	assert_has_standard("liba.so");
	assert_has_standard("libb.so");
}

static void circle_of_libraries_ends(void **state)
{
	(void)state;
	make_library("std", "a", "");
	make_library("std", "b", "-Lstd -la");
	make_library("std", "a", "-Lstd -lb");
	make_program("bin/prog", "-Lstd -la");
	assert_int_equal(resolve("bin/prog", NULL), 0);
	assert_has_standard("liba.so");
	assert_has_standard("libb.so");
}

static void origin_is_the_place_in_the_machine(void **state)
{
	(void)state;
	make_library("lib", "a", "");
	make_program("bin/prog", "-Llib -la -Wl,-rpath,'$ORIGIN/../lib'");
	assert_int_equal(resolve("bin/prog", NULL), 0);
	assert_has("/lib/liba.so");
}

static void runpath_does_not_reach_further_libraries(void **state)
{
	(void)state;
	make_library("lib", "b", "");
	make_library("lib", "a", "-Llib -lb");
	make_program("bin/prog", "-Llib -la -Wl,--enable-new-dtags,-rpath,'$ORIGIN/../lib'");
	assert_int_equal(resolve("bin/prog", NULL), -ENOENT);
	assert_non_null(strstr(err.text, "needs the library libb.so, which is not found"));
}

static void rpath_reaches_further_libraries(void **state)
{
	(void)state;
	make_library("lib", "b", "");
	make_library("lib", "a", "-Llib -lb");
	make_program("bin/prog", "-Llib -la -Wl,--disable-new-dtags,-rpath,'${ORIGIN}/../lib'");
	assert_int_equal(resolve("bin/prog", NULL), 0);
	assert_has("/lib/liba.so");
	assert_has("/lib/libb.so");
}

static void environment_comes_before_standard_directories(void **state)
{
	(void)state;
	make_library("std", "a", "");
	make_library("other", "a", "");
	make_program("bin/prog", "-Lstd -la");
	assert_int_equal(resolve("bin/prog", "other"), 0);
	/* Where the machine's loader finds it without a variable. */
	assert_has("/lib/liba.so");
}

static void foreign_libraries_are_passed_over(void **state)
{
	(void)state;
	make_library("std", "a", "");
	make_program("bin/prog", "-Lstd -la");
	shell("mkdir other && echo text >other/liba.so");
	assert_int_equal(resolve("bin/prog", "other"), 0);
	assert_has_standard("liba.so");
}

static void missing_library_is_named(void **state)
{
	(void)state;
	make_library("std", "a", "");
	make_program("bin/prog", "-Lstd -la");
	shell("rm std/liba.so");
	assert_int_equal(resolve("bin/prog", NULL), -ENOENT);
	assert_non_null(strstr(err.text, "/bin/prog: needs the library liba.so, which is not found"));
}

static void missing_interpreter_is_named(void **state)
{
	(void)state;
	make_program("bin/prog", "-Wl,--dynamic-linker=/no/such/ld.so");
	assert_int_equal(resolve("bin/prog", NULL), -ENOENT);
	assert_non_null(strstr(err.text, "its interpreter /no/such/ld.so"));
}

static void what_is_no_elf_is_refused(void **state)
{
	(void)state;
	shell("echo '#!/bin/sh' >script");
	assert_int_equal(resolve("script", NULL), -ENOEXEC);
	shell("printf '\\177ELF' >short");
	assert_int_equal(resolve("short", NULL), -ENOEXEC);
}

static void configuration_is_read_with_its_includes(void **state)
{
	_cleanup_(directories_release) struct directories directories = {};
	char path[128];

	(void)state;
	shell("mkdir conf.d && printf '# text\\n/one # more\\n include conf.d/*.conf\\n\\n relative\\n/five\\n' >conf");
	shell("printf '/two\\n/three' >conf.d/a.conf && printf '/four\\ninclude ../conf\\n' >conf.d/b.conf");
	shell("printf '/never\\n' >conf.d/c.txt");
	snprintf(path, sizeof(path), "%s/conf", top);
	assert_int_equal(ldconf_read(path, &directories), 0);
	/* The file includes itself, which ends at some depth. */
	assert_true(directories.count >= 5);
	assert_string_equal(directories.paths[0], "/one");
	assert_string_equal(directories.paths[1], "/two");
	assert_string_equal(directories.paths[2], "/three");
	assert_string_equal(directories.paths[3], "/four");
	assert_string_equal(directories.paths[directories.count - 1], "/five");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(static_program_needs_nothing),
		TEST(libraries_of_libraries_come_along),
		TEST(circle_of_libraries_ends),
		TEST(origin_is_the_place_in_the_machine),
		TEST(runpath_does_not_reach_further_libraries),
		TEST(rpath_reaches_further_libraries),
		TEST(environment_comes_before_standard_directories),
		TEST(foreign_libraries_are_passed_over),
		TEST(missing_library_is_named),
		TEST(missing_interpreter_is_named),
		TEST(what_is_no_elf_is_refused),
		TEST(configuration_is_read_with_its_includes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
