// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel that runs is found in the usual places, and known by its build-id rather than by its name. */
#include "link/kernel_find.h"

#include "common/err.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/kml-test-XXXXXX";
static const unsigned char id[KML_BUILD_ID_SIZE] = { 0xab, 0xcd, 0xef };

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

/* Writes a file below the root, and makes its directories. */
static void put(const char *path, const void *data, size_t size)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = strchr(full + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(full, 0777);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}

static void drop(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	assert_int_equal(unlink(full), 0);
}

/* A vmlinux with nothing but a symbol and a build-id that begins so. */
static void put_vmlinux(const char *path, unsigned char first)
{
	static struct {
		Elf64_Ehdr header;
		Elf64_Shdr sections[5];
		Elf64_Sym symbols[2];
		struct {
			Elf64_Nhdr header;
			char name[4];
			unsigned char id[KML_BUILD_ID_SIZE];
		} note;
		char strings[16];
	} file;

	memset(&file, 0, sizeof(file));
	file.header = (Elf64_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_shoff = offsetof(typeof(file), sections), .e_ehsize = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 5, .e_shstrndx = 3 };
	file.sections[1] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR };
	file.sections[2] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB, .sh_offset = offsetof(typeof(file), symbols),
		.sh_size = sizeof(file.symbols), .sh_link = 3, .sh_info = 1, .sh_entsize = sizeof(Elf64_Sym) };
	file.sections[3] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = offsetof(typeof(file), strings),
		.sh_size = sizeof(file.strings) };
	file.sections[4] = (Elf64_Shdr){ .sh_type = SHT_NOTE, .sh_offset = offsetof(typeof(file), note),
		.sh_size = sizeof(file.note), .sh_addralign = 4 };
	file.symbols[1] = (Elf64_Sym){ .st_name = 1, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), .st_shndx = 1 };
	strcpy(file.strings + 1, "schedule");
	file.note.header = (Elf64_Nhdr){ .n_namesz = 4, .n_descsz = KML_BUILD_ID_SIZE, .n_type = NT_GNU_BUILD_ID };
	memcpy(file.note.name, "GNU", 4);
	memcpy(file.note.id, id, sizeof(id));
	file.note.id[0] = first;
	put(path, &file, sizeof(file));
}

static const char map[] = "ffffffff81000000 T schedule\n";

static void expect(const char *path)
{
	struct running running = { .root = root, .release = "6.12.1", .build_id = id };
	struct kernel kernel = {};
	struct kml_err err = {};

	if (kernel_open_running(&running, &(struct kernel_source){}, &kernel, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(kernel.images[0].path + strlen(root), path);
	assert_memory_equal(kernel_build_id(&kernel), id, sizeof(id));
	kernel_close(&kernel);
}

static void refuse(const char *text)
{
	struct running running = { .root = root, .release = "6.12.1", .build_id = id };
	struct kernel kernel = {};
	struct kml_err err = {};

	assert_true(kernel_open_running(&running, &(struct kernel_source){}, &kernel, &err) < 0);
	if (!strstr(err.text, text))
		fail_msg("said '%s', not '%s'", err.text, text);
}

static void test_the_best_place_wins(void **state)
{
	(void)state;
	refuse("no symbols of the running kernel (6.12.1) found; name a kernel with --kernel");
	put("/proc/kallsyms", map, strlen(map));
	expect("/proc/kallsyms");
	put("/boot/System.map-6.12.1", map, strlen(map));
	expect("/boot/System.map-6.12.1");
	put_vmlinux("/lib/modules/6.12.1/build/vmlinux", id[0]);
	expect("/lib/modules/6.12.1/build/vmlinux");
	put_vmlinux("/boot/vmlinux-6.12.1", id[0]);
	expect("/boot/vmlinux-6.12.1");
	put_vmlinux("/usr/lib/debug/.build-id/ab/cdef0000000000000000000000000000000000.debug", id[0]);
	expect("/usr/lib/debug/.build-id/ab/cdef0000000000000000000000000000000000.debug");
	put_vmlinux("/usr/lib/debug/boot/vmlinux-6.12.1", id[0]);
	expect("/usr/lib/debug/boot/vmlinux-6.12.1");
}

static void test_another_build_is_passed_over(void **state)
{
	static const char debian[] = "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n";

	(void)state;
	put_vmlinux("/usr/lib/debug/boot/vmlinux-6.12.1", 0x11);
	put_vmlinux("/usr/lib/debug/.build-id/ab/cdef0000000000000000000000000000000000.debug", 0x11);
	expect("/boot/vmlinux-6.12.1");
	put_vmlinux("/boot/vmlinux-6.12.1", 0x11);
	put_vmlinux("/lib/modules/6.12.1/build/vmlinux", 0x11);
	put("/boot/System.map-6.12.1", debian, strlen(debian));
	expect("/proc/kallsyms");
	drop("/proc/kallsyms");
	refuse("/usr/lib/debug/boot/vmlinux-6.12.1: is not the kernel that runs (the build-id is another)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_best_place_wins),
		cmocka_unit_test(test_another_build_is_passed_over),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
