// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking names up in a kernel that is made here, symbol by symbol. */
#include "link/kernel.h"

#include "common/err.h"

#include <gelf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT = 1, DATA, PER_CPU, INIT, COMMENT, SYMBOLS, STRINGS, SECTION_COUNT };

static struct {
	Elf64_Ehdr header;
	Elf64_Shdr sections[SECTION_COUNT];
	Elf64_Sym symbols[32];
	char strings[1024];
	char data[64];
} file;
static size_t symbol_count, strings_size;

static unsigned int add_string(const char *string)
{
	size_t at = strings_size;

	strings_size += strlen(string) + 1;
	assert_true(strings_size < sizeof(file.strings));
	strcpy(file.strings + at, string);
	return at;
}

static void add_section(int index, const char *name, int type, int flags, uint64_t address)
{
	file.sections[index] = (Elf64_Shdr){ .sh_name = add_string(name), .sh_type = type, .sh_flags = flags,
		.sh_addr = address, .sh_offset = offsetof(typeof(file), data), .sh_size = sizeof(file.data) };
}

static void add_symbol(const char *name, int binding, int type, unsigned int section)
{
	file.symbols[symbol_count++] = (Elf64_Sym){ .st_name = add_string(name),
		.st_info = ELF64_ST_INFO(binding, type), .st_shndx = section, .st_value = 0xffffffff81000000 };
}

static void make_file(void)
{
	memset(&file, 0, sizeof(file));
	symbol_count = strings_size = 1;
	file.header = (Elf64_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_shoff = offsetof(typeof(file), sections),
		.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = SECTION_COUNT, .e_shstrndx = STRINGS };
	add_section(TEXT, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0xffffffff81000000);
	add_section(DATA, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0xffffffff82000000);
	add_section(PER_CPU, ".data..percpu", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0);
	add_section(INIT, ".init.text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0xffffffff83000000);
	add_section(COMMENT, ".comment", SHT_PROGBITS, 0, 0);
	add_symbol("file.c", STB_LOCAL, STT_FILE, SHN_ABS);
	add_symbol("twice", STB_LOCAL, STT_FUNC, TEXT);
	add_symbol("twice", STB_GLOBAL, STT_FUNC, TEXT);
	add_symbol("function", STB_GLOBAL, STT_FUNC, TEXT);
	add_symbol("label", STB_GLOBAL, STT_NOTYPE, TEXT);
	add_symbol("data", STB_GLOBAL, STT_OBJECT, DATA);
	add_symbol("linker_data", STB_GLOBAL, STT_NOTYPE, DATA);
	add_symbol("per_cpu", STB_GLOBAL, STT_OBJECT, PER_CPU);
	add_symbol("early", STB_GLOBAL, STT_FUNC, INIT);
	add_symbol("number", STB_GLOBAL, STT_NOTYPE, SHN_ABS);
	add_symbol("comment", STB_LOCAL, STT_OBJECT, COMMENT);
	add_symbol("elsewhere", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF);
	add_symbol("copied.isra.0", STB_LOCAL, STT_FUNC, TEXT);
	add_symbol("split.cold", STB_LOCAL, STT_FUNC, TEXT);
	add_symbol("functioo", STB_GLOBAL, STT_OBJECT, DATA);
	file.sections[SYMBOLS] = (Elf64_Shdr){ .sh_name = add_string(".symtab"), .sh_type = SHT_SYMTAB,
		.sh_link = STRINGS, .sh_info = 1, .sh_entsize = sizeof(Elf64_Sym),
		.sh_offset = offsetof(typeof(file), symbols),
		.sh_size = symbol_count * sizeof(Elf64_Sym) };
	file.sections[STRINGS] = (Elf64_Shdr){ .sh_name = add_string(".strtab"), .sh_type = SHT_STRTAB,
		.sh_offset = offsetof(typeof(file), strings), .sh_size = strings_size };
}

static int open_file(struct kernel *kernel, struct kml_err *err)
{
	char path[] = "/tmp/kml-test-XXXXXX";
	int fd = mkstemp(path), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, &file, sizeof(file)), sizeof(file));
	close(fd);
	result = kernel_open(&(struct kernel_source){ .path = path }, kernel, err);
	unlink(path);
	return result;
}

static void expect(const struct kernel *kernel, const char *name, unsigned int count, enum kernel_symbol_class class)
{
	struct kernel_match match = {};
	struct names names = {};

	names_add(&names, name);
	assert_int_equal(kernel_match_all(kernel, &names, &match), 0);
	names_free(&names);
	assert_int_equal(match.count, count);
	if (count)
		assert_int_equal(match.candidates[0].class, class);
	kernel_match_free(&match, 1);
}

/* Frees the first. */
static void expect_text(char *text, const char *expected)
{
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void test_symbols_have_their_class(void **state)
{
	struct kernel kernel;
	struct kml_err err;

	(void)state;
	make_file();
	assert_int_equal(open_file(&kernel, &err), 0);
	expect(&kernel, "function", 1, KERNEL_FUNCTION);
	expect(&kernel, "label", 1, KERNEL_FUNCTION);
	expect(&kernel, "data", 1, KERNEL_DATA);
	expect(&kernel, "linker_data", 1, KERNEL_DATA);
	expect(&kernel, "per_cpu", 1, KERNEL_PER_CPU);
	expect(&kernel, "early", 1, KERNEL_INIT);
	expect(&kernel, "number", 1, KERNEL_ABSOLUTE);
	expect(&kernel, "comment", 1, KERNEL_UNLOADED);
	expect(&kernel, "twice", 2, KERNEL_FUNCTION);
	expect(&kernel, "file.c", 0, 0);
	expect(&kernel, "elsewhere", 0, 0);
	expect(&kernel, "unknown", 0, 0);
	kernel_close(&kernel);
}

static void test_nearest_name_is_one_that_can_be_had(void **state)
{
	struct kernel kernel;
	struct kml_err err;

	(void)state;
	make_file();
	assert_int_equal(open_file(&kernel, &err), 0);
	expect_text(kernel_nearest(&kernel, "funktion"), "function");
	/* as near to a variable as to a function: the function */
	expect_text(kernel_nearest(&kernel, "functiox"), "function");
	expect_text(kernel_nearest(&kernel, "sys_wriet"), "sys_write");
	assert_null(kernel_nearest(&kernel, "per_cpi"));
	assert_null(kernel_nearest(&kernel, "earli"));
	assert_null(kernel_nearest(&kernel, "something_else"));
	kernel_close(&kernel);
}

static void test_suffixed_names_are_copies_before_parts(void **state)
{
	struct kernel kernel;
	struct kml_err err;
	bool part;

	(void)state;
	make_file();
	add_symbol("copied.cold", STB_LOCAL, STT_FUNC, TEXT);
	file.sections[SYMBOLS].sh_size += sizeof(Elf64_Sym);
	file.sections[STRINGS].sh_size = strings_size;
	assert_int_equal(open_file(&kernel, &err), 0);
	expect_text(kernel_suffixed(&kernel, "copied", &part), "copied.isra.0");
	assert_false(part);
	expect_text(kernel_suffixed(&kernel, "split", &part), "split.cold");
	assert_true(part);
	assert_null(kernel_suffixed(&kernel, "file", &part));
	kernel_close(&kernel);
}

static void expect_refusal(const char *text)
{
	struct kernel kernel;
	struct kml_err err = {};

	assert_true(open_file(&kernel, &err) < 0);
	if (!strstr(err.text, text))
		fail_msg("said '%s', not '%s'", err.text, text);
}

static void test_malformed_kernels_are_refused(void **state)
{
	(void)state;
	make_file();
	file.sections[SYMBOLS].sh_type = SHT_PROGBITS;
	expect_refusal("no symbol table");
	make_file();
	file.sections[SYMBOLS].sh_entsize = 23;
	expect_refusal("malformed symbol table");
	make_file();
	file.sections[SYMBOLS].sh_link = 99;
	expect_refusal("without names");
	make_file();
	file.sections[STRINGS].sh_size--;
	file.strings[strings_size - 2] = 'x';
	expect_refusal("do not end in NUL");
	make_file();
	file.sections[TEXT].sh_size = UINT64_MAX;
	expect_refusal("runs past end of file");
	make_file();
	file.header.e_type = ET_REL;
	expect_refusal("not a module of the kernel, but an object file");
	make_file();
	file.header.e_type = ET_CORE;
	expect_refusal("not a linked kernel");
	make_file();
	file.header.e_ident[EI_DATA] = ELFDATA2MSB;
	expect_refusal("big-endian");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols_have_their_class),
		cmocka_unit_test(test_nearest_name_is_one_that_can_be_had),
		cmocka_unit_test(test_suffixed_names_are_copies_before_parts),
		cmocka_unit_test(test_malformed_kernels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
