// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "vm/cpio.h"

/* Written by hand after Documentation/driver-api/early-userspace/buffer-format.rst. */
static const char expected[] =
	"070701" "00000001" "000041ED" "00000000" "00000000" "00000002" "00000000" "00000000"
	"00000000" "00000000" "00000000" "00000000" "00000002" "00000000" "d\0"
	"070701" "00000002" "00002180" "00000000" "00000000" "00000001" "00000000" "00000000"
	"00000000" "00000000" "00000005" "00000001" "00000004" "00000000" "d/c\0\0\0"
	"070701" "00000003" "000081A4" "00000000" "00000000" "00000001" "00000000" "00000005"
	"00000000" "00000000" "00000000" "00000000" "00000004" "00000000" "d/f\0\0\0" "hello\0\0\0"
	"070701" "00000004" "00000000" "00000000" "00000000" "00000001" "00000000" "00000000"
	"00000000" "00000000" "00000000" "00000000" "0000000B" "00000000" "TRAILER!!!\0\0\0\0";

static void archive_has_the_known_bytes(void **state)
{
	_cleanup_free_ char *data = NULL;
	struct cpio cpio;
	size_t size;
	FILE *out = open_memstream(&data, &size);

	(void)state;
	assert_non_null(out);
	cpio_start(&cpio, out);
	cpio_put(&cpio, "/d", S_IFDIR | 0755, 0);
	cpio_put(&cpio, "/d/c", S_IFCHR | 0600, makedev(5, 1));
	cpio_put_data(&cpio, "/d/f", 0644, "hello", 5);
	assert_int_equal(cpio_finish(&cpio), 0);
	fclose(out);
	assert_int_equal(size % 4, 0);
	assert_int_equal(size, sizeof(expected) - 1);
	assert_memory_equal(data, expected, size);
}

static void file_is_copied_whole(void **state)
{
	_cleanup_close_ int fd = memfd_create("test", 0);
	_cleanup_free_ char *data = NULL, *content = malloc(200001);
	struct cpio cpio;
	size_t size;
	FILE *out = open_memstream(&data, &size);

	(void)state;
	memset(content, 'x', 200001);
	assert_int_equal(file_write_all(fd, content, 200001), 0);
	cpio_start(&cpio, out);
	assert_int_equal(cpio_put_file(&cpio, "/f", 0755, fd), 0);
	fclose(out);
	/* 110 and 2 bytes of header, content, each padded to four. */
	assert_int_equal(size, 112 + 200004);
	assert_memory_equal(data + 112, content, 200001);
}

static void file_of_4_gib_is_refused(void **state)
{
	_cleanup_close_ int fd = memfd_create("test", 0);
	_cleanup_fclose_ FILE *out = fopen("/dev/null", "w");
	struct cpio cpio;

	(void)state;
	assert_int_equal(ftruncate(fd, 1LL << 32), 0);
	cpio_start(&cpio, out);
	assert_int_equal(cpio_put_file(&cpio, "/f", 0755, fd), -EFBIG);
}

static void failing_output_is_noticed(void **state)
{
	_cleanup_fclose_ FILE *out = fopen("/dev/full", "w");
	struct cpio cpio;

	(void)state;
	cpio_start(&cpio, out);
	cpio_put_data(&cpio, "/f", 0644, "hello", 5);
	assert_int_equal(cpio_finish(&cpio), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(archive_has_the_known_bytes),
		cmocka_unit_test(file_is_copied_whole),
		cmocka_unit_test(file_of_4_gib_is_refused),
		cmocka_unit_test(failing_output_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
