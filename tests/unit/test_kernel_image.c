// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels without a symbol table: lists, and the tables that kallsyms has in the image. */
#include "image/kernel_image.h"

#include "common/err.h"
#include "common/name_filter.h"

#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int open_data(const void *data, size_t size, struct kernel_image *image, struct kml_err *err)
{
	char path[] = "/tmp/kml-test-XXXXXX";
	int fd = mkstemp(path), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	*err = (struct kml_err){};
	result = kernel_image_open(path, NULL, image, err);
	unlink(path);
	return result;
}

struct wanted {
	const char *name;
	int found;
	uint64_t value;
	enum kernel_symbol_class class;
	enum kernel_symbol_scope scope;
	char module[64];
};

static int look(const struct kernel_symbol *symbol, void *context)
{
	struct wanted *wanted = context;

	if (strcmp(symbol->name, wanted->name) != 0)
		return 0;
	wanted->found++;
	wanted->value = symbol->value;
	wanted->class = symbol->class;
	wanted->scope = symbol->scope;
	snprintf(wanted->module, sizeof(wanted->module), "%s", symbol->module);
	return 0;
}

static struct wanted find(const struct kernel_image *image, const char *name)
{
	struct wanted wanted = { .name = name };

	assert_int_equal(kernel_image_visit(image, look, &wanted), 0);
	return wanted;
}

static void expect(const struct kernel_image *image, const char *name, uint64_t value, enum kernel_symbol_class class,
	enum kernel_symbol_scope scope)
{
	struct wanted wanted = find(image, name);

	if (wanted.found != 1 || wanted.value != value || wanted.class != class || wanted.scope != scope)
		fail_msg("%s: %d times, value %lx, class %d, scope %d", name, wanted.found, wanted.value, wanted.class,
			wanted.scope);
}

static const char list[] =
	"0000000000000000 A __per_cpu_start\n"
	"0000000000001000 A runqueues\n"
	"0000000000002000 A __per_cpu_end\n"
	"0000000000003000 A number\n"
	"ffffffff81000000 T _text\n"
	"ffffffff81000010 T schedule\n"
	"ffffffff81000020 t helper\n"
	"ffffffff81000030 W weak_function\n"
	"ffffffff81000040 T __x64_sys_read\n"
	"ffffffff81000040 T __ia32_sys_read\n"
	"ffffffff82000000 D jiffies\n"
	"ffffffff82000008 A jiffies_64\n"
	"ffffffff82000010 V weak_data\n"
	"ffffffff83000000 D __init_begin\n"
	"ffffffff83000010 T start_kernel\n"
	"ffffffff83000020 d early_value\n"
	"ffffffff83001000 R __init_end\n"
	"ffffffff83002000 B _end\n"
	"ffffffffc0000000 t pfkey_create\t[af_key]\n"
	"ffffffffc0001000 t bpf_prog_x\t[bpf]\n";

static void test_lists_are_read(void **state)
{
	struct kernel_image image;
	struct kml_err err;

	(void)state;
	assert_int_equal(open_data(list, sizeof(list) - 1, &image, &err), 0);
	assert_int_equal(image.machine, EM_X86_64);
	assert_false(image.has_build_id);
	assert_false(image.lacks_data);
	expect(&image, "runqueues", 0x1000, KERNEL_PER_CPU, KERNEL_GLOBAL);
	expect(&image, "number", 0x3000, KERNEL_ABSOLUTE, KERNEL_GLOBAL);
	expect(&image, "schedule", 0xffffffff81000010, KERNEL_FUNCTION, KERNEL_GLOBAL);
	expect(&image, "helper", 0xffffffff81000020, KERNEL_FUNCTION, KERNEL_LOCAL);
	expect(&image, "weak_function", 0xffffffff81000030, KERNEL_FUNCTION, KERNEL_WEAK);
	expect(&image, "jiffies", 0xffffffff82000000, KERNEL_DATA, KERNEL_GLOBAL);
	expect(&image, "jiffies_64", 0xffffffff82000008, KERNEL_DATA, KERNEL_GLOBAL);
	expect(&image, "weak_data", 0xffffffff82000010, KERNEL_DATA, KERNEL_WEAK);
	expect(&image, "start_kernel", 0xffffffff83000010, KERNEL_INIT, KERNEL_GLOBAL);
	expect(&image, "early_value", 0xffffffff83000020, KERNEL_INIT, KERNEL_LOCAL);
	expect(&image, "pfkey_create", 0xffffffffc0000000, KERNEL_FUNCTION, KERNEL_LOCAL);
	assert_string_equal(find(&image, "pfkey_create").module, "af_key");
	assert_int_equal(find(&image, "bpf_prog_x").found, 0);
	assert_int_equal(find(&image, "schedul").found, 0);
	kernel_image_close(&image);
	/* The last line need not end. */
	assert_int_equal(open_data(list, sizeof(list) - 2, &image, &err), 0);
	kernel_image_close(&image);
}

static void refuse(const void *data, size_t size, const char *text)
{
	struct kernel_image image;
	struct kml_err err;

	assert_true(open_data(data, size, &image, &err) < 0);
	if (!strstr(err.text, text))
		fail_msg("said '%s', not '%s'", err.text, text);
}

static void test_lists_that_are_no_use_are_refused(void **state)
{
	static const char zeros[] = "0000000000000000 T _text\n0000000000000000 T schedule\n";
	static const char debian[] = "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n";
	static const char bad[] = "ffffffff81000000 T _text\nffffffff8100000 T schedule\n";
	static const char odd[] = "ffffffff81000000 T _text\nffffffff81000000 T \n";
	static const char module[] = "ffffffff81000000 T _text\nffffffff81000000 T schedule\t[af_key\n";

	(void)state;
	refuse(zeros, strlen(zeros), "all addresses are zero");
	refuse(zeros, strlen(zeros), "sudo cat /proc/kallsyms");
	refuse(debian, strlen(debian), "linux-image-...-dbg");
	refuse(bad, strlen(bad), "line 2: not");
	refuse(odd, strlen(odd), "line 2: not");
	refuse(module, strlen(module), "line 2: not");
	refuse("something", 9, "not a kernel");
	refuse("", 0, "empty file");
	/* A name too long for a kernel, and one with a NUL in it. */
	for (int turn = 0; turn < 2; turn++) {
		char line[1000];

		memset(line, 'x', sizeof(line));
		memcpy(line, "ffffffff81000000 T a\nffffffff81000000 T ", 40);
		line[60] = turn ? '\0' : 'x';
		refuse(line, turn ? 80 : sizeof(line), "line 2: not");
	}
}

static void test_functions_alone_are_noticed(void **state)
{
	struct kernel_image image;
	char text[8192];
	struct kml_err err;
	int length = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		length += snprintf(text + length, sizeof(text) - length, "ffffffff8100%04x T function_%d\n", i, i);
	assert_int_equal(open_data(text, length, &image, &err), 0);
	assert_true(image.lacks_data);
	kernel_image_close(&image);
}

/* A list of more than one block (64 KiB), with what says most of it at the end. */
static size_t make_long_list(char *text, size_t size, int count)
{
	size_t length = snprintf(text, size, "ffffffff81000000 T _text\n");

	for (int i = 0; i < count; i++)
		length += snprintf(text + length, size - length, "ffffffff81%06x %c function_%.*d%s\n", i * 16, i % 7 ? 'T' : 'd',
			i % 40 + 1, i, i % 11 ? "" : "\t[driver]");
	return length + snprintf(text + length, size - length, "ffffffff81100000 T _sinittext\nffffffff81200000 T _einittext\n"
		"ffffffff81100040 t early\nffffffff81300000 B _end\nffffffff81000100 W __x64_sys_read");
}

static int read_expected(const void *text, size_t size, const char *const *names, size_t count, struct kernel_image *image,
	struct kml_err *err)
{
	struct name_filter expected = {};
	int fd = memfd_create("list", MFD_CLOEXEC), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	for (size_t i = 0; i < count; i++)
		name_filter_add(&expected, names[i]);
	*image = (struct kernel_image){ .path = strdup("/proc/kallsyms") };
	result = kernel_list_read(fd, &expected, image, err);
	close(fd);
	return result;
}

static void test_expected_names_are_kept(void **state)
{
	static const char *const names[] = { "function_1240", "early", "__x64_sys_read", "function_000000002211",
		"nothing" };
	static char text[400000];

	(void)state;
	/* Lines end everywhere in the blocks, and exactly with one, too. */
	for (int count = 3000; count < 3200; count++) {
		size_t length = make_long_list(text, sizeof(text), count);
		struct kernel_image whole, some;
		struct kml_err err;

		if (count % 2)
			text[length] = '\n';
		assert_int_equal(open_data(text, length + count % 2, &whole, &err), 0);
		assert_int_equal(read_expected(text, length + count % 2, names, sizeof(names) / sizeof(names[0]), &some, &err), 1);
		assert_int_equal(some.machine, whole.machine);
		assert_int_equal(some.lacks_data, whole.lacks_data);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct wanted here = find(&whole, names[i]), there = find(&some, names[i]);

			assert_memory_equal(&here, &there, sizeof(here));
			assert_int_equal(here.found, i < 4);
		}
		assert_true(some.bytes.size < 2000);
		kernel_image_close(&whole);
		kernel_image_close(&some);
	}
}

static void refuse_expected(const void *text, size_t size, const char *words)
{
	struct kernel_image image;
	struct kml_err err = {};

	assert_true(read_expected(text, size, NULL, 0, &image, &err) < 0);
	if (!strstr(err.text, words))
		fail_msg("said '%s', not '%s'", err.text, words);
	kernel_image_close(&image);
}

static void test_long_lists_that_are_no_use_are_refused(void **state)
{
	static char text[400000];
	size_t length = make_long_list(text, sizeof(text), 3000);
	struct kernel_image image;
	struct kml_err err;

	(void)state;
	assert_int_equal(read_expected("something", 9, NULL, 0, &image, &err), 0);
	kernel_image_close(&image);
	assert_int_equal(read_expected("", 0, NULL, 0, &image, &err), 0);
	kernel_image_close(&image);
	text[length - 1] = '\0';
	refuse_expected(text, length, "line 3006: not");
	memset(text + 100000, 'x', 200000);
	refuse_expected(text, 300000, ": not \"address letter name\"");
	length = 0;
	for (int i = 0; i < 4000; i++)
		length += snprintf(text + length, sizeof(text) - length, "0000000000000000 T function_%d\n", i);
	refuse_expected(text, length, "all addresses are zero");
}

/* An image as scripts/kallsyms makes its tables: before and behind them something else. */
struct tables {
	unsigned char bytes[65536];
	size_t size, count_at, names_at, markers_at, index_at;
};

enum { COUNT = 600 };

static void align(struct tables *tables, size_t alignment)
{
	tables->size = (tables->size + alignment - 1) & ~(alignment - 1);
}

static void add(struct tables *tables, uint64_t number, size_t size)
{
	for (size_t i = 0; i < size; i++)
		tables->bytes[tables->size++] = number >> 8 * i;
}

static void symbol_text(int number, char text[32])
{
	static const char *const named[] = { "A__per_cpu_start", "Arunqueues", "A__per_cpu_end", "T_text", "Tschedule",
		"T__x64_sys_read" };

	if (number < 6)
		snprintf(text, 32, "%s", named[number]);
	else if (number == COUNT - 1)
		snprintf(text, 32, "B_end");
	else
		snprintf(text, 32, "%cname_%d", "tD"[number & 1], number);
}

static void add_offsets(struct tables *tables, size_t word, uint64_t base)
{
	align(tables, word);
	for (int i = 0; i < COUNT; i++)
		add(tables, word == 4 ? 16 * i : i < 3 ? 16 * i : -1 - 16 * (i - 3), 4);
	align(tables, word);
	add(tables, base, word);
}

/* Tokens are single characters but for number 1, which is "name_". */
static void make_tables(struct tables *tables, size_t word, bool old, uint64_t base)
{
	uint32_t markers[3], index[256];
	size_t start;

	memset(tables, 0, sizeof(*tables));
	for (int i = 0; i < 1000; i++)
		add(tables, i * 2654435761u, 4);
	strcpy((char *)tables->bytes + 100, "Linux version 6.12.0-test (me@here) #1");
	if (old)
		add_offsets(tables, word, base);
	align(tables, word);
	tables->count_at = tables->size;
	add(tables, COUNT, 4);
	align(tables, word);
	start = tables->names_at = tables->size;
	for (int i = 0; i < COUNT; i++) {
		char text[32], *rest;

		if (i % 256 == 0)
			markers[i / 256] = tables->size - start;
		symbol_text(i, text);
		rest = strstr(text, "name_");
		add(tables, strlen(text) - (rest ? 4 : 0), 1);
		for (const char *at = text; *at; at++) {
			add(tables, at == rest ? 1 : *at, 1);
			at += at == rest ? 4 : 0;
		}
	}
	align(tables, word);
	tables->markers_at = tables->size;
	for (int i = 0; i < 3; i++)
		add(tables, markers[i], 4);
	align(tables, word);
	start = tables->size;
	for (int i = 0; i < 256; i++) {
		index[i] = tables->size - start;
		for (const char *at = i == 1 ? "name_" : (const char[]){ i, 0 }; *at; at++)
			add(tables, *at, 1);
		add(tables, 0, 1);
	}
	align(tables, word);
	tables->index_at = tables->size;
	for (int i = 0; i < 256; i++)
		add(tables, index[i], 2);
	if (!old)
		add_offsets(tables, word, base);
	for (int i = 0; i < 100; i++)
		add(tables, i * 2654435761u, 4);
}

static void test_tables_in_images_are_found(void **state)
{
	const uint64_t base = 0xffffffff81000000;
	struct tables tables;
	struct kernel_image image;
	struct kml_err err;

	(void)state;
	for (int old = 0; old < 2; old++) {
		make_tables(&tables, 8, old, base);
		if (open_data(tables.bytes, tables.size, &image, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(image.release, "6.12.0-test");
		assert_int_equal(image.machine, EM_X86_64);
		expect(&image, "runqueues", 16, KERNEL_PER_CPU, KERNEL_GLOBAL);
		expect(&image, "schedule", base + 16, KERNEL_FUNCTION, KERNEL_GLOBAL);
		expect(&image, "name_300", base + 16 * 297, KERNEL_FUNCTION, KERNEL_LOCAL);
		expect(&image, "name_301", base + 16 * 298, KERNEL_DATA, KERNEL_GLOBAL);
		expect(&image, "_end", base + 16 * (COUNT - 4), KERNEL_DATA, KERNEL_GLOBAL);
		kernel_image_close(&image);
	}
	make_tables(&tables, 4, false, 0xc0000000);
	assert_int_equal(open_data(tables.bytes, tables.size, &image, &err), 0);
	expect(&image, "name_300", 0xc0000000 + 16 * 300, KERNEL_FUNCTION, KERNEL_LOCAL);
	kernel_image_close(&image);
}

static int touch(const struct kernel_symbol *symbol, void *context)
{
	*(size_t *)context += strlen(symbol->name) + strlen(symbol->file) + strlen(symbol->module);
	return 0;
}

static void test_damaged_tables_are_refused_or_harmless(void **state)
{
	static struct tables tables, damaged;
	unsigned int number = 3;
	size_t opened = 0, length = 0;

	(void)state;
	make_tables(&tables, 8, false, 0xffffffff81000000);
	refuse(tables.bytes, tables.index_at + 100, "not a kernel");
	for (int turn = 0; turn < 400; turn++) {
		struct kernel_image image;
		struct kml_err err;
		size_t at;

		damaged = tables;
		number = number * 1103515245 + 12345;
		at = turn % 4 == 0 ? tables.count_at + (number >> 16) % 8 :
			turn % 4 == 1 ? tables.markers_at + (number >> 16) % 16 :
			turn % 4 == 2 ? tables.index_at + (number >> 16) % 520 :
			tables.names_at + (number >> 8) % (tables.size - tables.names_at);
		damaged.bytes[at] = number >> 24;
		if (open_data(damaged.bytes, damaged.size, &image, &err) < 0)
			continue;
		opened++;
		kernel_image_visit(&image, touch, &length);
		kernel_image_close(&image);
	}
	/* Some damage does not matter; most does. */
	assert_in_range(opened, 10, 350);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_are_read),
		cmocka_unit_test(test_lists_that_are_no_use_are_refused),
		cmocka_unit_test(test_functions_alone_are_noticed),
		cmocka_unit_test(test_expected_names_are_kept),
		cmocka_unit_test(test_long_lists_that_are_no_use_are_refused),
		cmocka_unit_test(test_tables_in_images_are_found),
		cmocka_unit_test(test_damaged_tables_are_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
