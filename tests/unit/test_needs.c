// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever a file says, the reader ends, and reads nothing that is not there (seen by the sanitizers). */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "image/needs.h"

static char *program;	/* a sound one: this test */
static size_t program_size;
static struct kml_err err;

static int read_program(void **state)
{
	_cleanup_close_ int fd = open("/proc/self/exe", O_RDONLY);

	(void)state;
	return file_read_all(fd, 64 << 20, &program, &program_size);
}

static int drop_program(void **state)
{
	(void)state;
	free(program);
	return 0;
}

static int try_bytes(const char *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("test", 0);
	struct elf_needs needs;
	int result;

	assert_int_equal(file_write_all(fd, data, size), 0);
	result = elf_needs_read(fd, "test", &needs, &err);
	if (result == 0)
		elf_needs_release(&needs);
	else
		assert_true(err.text[0]);
	return result;
}

static void sound_program_is_read(void **state)
{
	_cleanup_close_ int fd = open("/proc/self/exe", O_RDONLY);
	_cleanup_needs_ struct elf_needs needs = {};
	bool has_libc = false;

	(void)state;
	assert_int_equal(elf_needs_read(fd, "test", &needs, &err), 0);
	assert_int_equal(needs.class, ELFCLASS64);
	assert_non_null(needs.interpreter);
	for (char **library = needs.libraries; *library; library++)
		has_libc = has_libc || !strncmp(*library, "libc.so", 7);
	assert_true(has_libc);
}

static void cut_program_does_no_harm(void **state)
{
	(void)state;
	for (size_t size = 0; size < program_size; size += size < 4096 ? 7 : program_size / 64 + 1)
		try_bytes(program, size);
	assert_int_equal(try_bytes(program, 0), -ENOEXEC);
}

/* Each byte of the headers and of the dynamic section becomes something else. */
static void changed_program_does_no_harm(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)program;
	size_t end = header->e_phoff + header->e_phnum * header->e_phentsize;

	(void)state;
	for (size_t at = 4; at < end; at++)
		for (size_t i = 0; i < sizeof(values); i++) {
			char old = program[at];

			program[at] = values[i];
			try_bytes(program, end + 4096 < program_size ? end + 4096 : program_size);
			program[at] = old;
		}
}

static void change_dynamic(unsigned long tag, uint64_t value)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)program;
	const Elf64_Phdr *segments = (const Elf64_Phdr *)(program + header->e_phoff);
	int changed = 0;

	for (int i = 0; i < header->e_phnum; i++) {
		Elf64_Dyn *dynamic = (Elf64_Dyn *)(program + segments[i].p_offset);

		if (segments[i].p_type != PT_DYNAMIC)
			continue;
		for (; dynamic->d_tag != DT_NULL; dynamic++)
			if ((unsigned long)dynamic->d_tag == tag) {
				uint64_t old = dynamic->d_un.d_val;

				dynamic->d_un.d_val = value;
				assert_int_equal(try_bytes(program, program_size), -EBADMSG);
				dynamic->d_un.d_val = old;
				changed++;
				break;
			}
	}
	assert_int_equal(changed, 1);
}

static void names_outside_the_file_are_refused(void **state)
{
	(void)state;
	change_dynamic(DT_STRTAB, UINT64_MAX);
	change_dynamic(DT_STRTAB, 1ULL << 40);
	change_dynamic(DT_STRSZ, UINT64_MAX);
	change_dynamic(DT_STRSZ, 0);
	change_dynamic(DT_NEEDED, UINT64_MAX);
	change_dynamic(DT_NEEDED, 1 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_program_is_read),
		cmocka_unit_test(cut_program_does_no_harm),
		cmocka_unit_test(changed_program_does_no_harm),
		cmocka_unit_test(names_outside_the_file_are_refused),
	};

	return cmocka_run_group_tests(tests, read_program, drop_program);
}
