// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_letter.h"

#include <ctype.h>
#include <elf.h>
#include <string.h>

/* Lengths of all names that say something, a bit each. */
#define LENGTH(name)	(1u << (sizeof(name) - 1))
static const unsigned int telling_lengths = LENGTH("_text") | LENGTH("_end") | LENGTH("__init_begin") | LENGTH("__init_end") |
	LENGTH("_sinittext") | LENGTH("_einittext") | LENGTH("__per_cpu_start") | LENGTH("__per_cpu_end") |
	LENGTH("__x64_sys_read") | LENGTH("__arm64_sys_read") | LENGTH("__ia32_sys_read") | LENGTH("vector_swi");

/* What comes from a file may have a zero in it */
static bool is_name(const char *name, size_t length, const char *other)
{
	return strlen(other) == length && memcmp(name, other, length) == 0;
}

void kernel_marks_learn(struct kernel_marks *marks, const char *name, size_t length, char letter, uint64_t value)
{
	static const struct {
		const char *name;
		size_t field;
	} table[] = {
		{ "_text", offsetof(struct kernel_marks, image_begin) },
		{ "_end", offsetof(struct kernel_marks, image_end) },
		{ "__init_begin", offsetof(struct kernel_marks, init_begin) },
		{ "__init_end", offsetof(struct kernel_marks, init_end) },
		/* These are code, so they are there when lists have no data. */
		{ "_sinittext", offsetof(struct kernel_marks, init_text_begin) },
		{ "_einittext", offsetof(struct kernel_marks, init_text_end) },
		{ "__per_cpu_start", offsetof(struct kernel_marks, per_cpu_begin) },
		{ "__per_cpu_end", offsetof(struct kernel_marks, per_cpu_end) },
	};
	static const struct {
		const char *name;
		unsigned int machine;
	} machines[] = {
		{ "__x64_sys_read", EM_X86_64 }, { "__arm64_sys_read", EM_AARCH64 }, { "__ia32_sys_read", EM_386 },
		{ "vector_swi", EM_ARM },
	};

	if (letter == 't' || letter == 'T' || letter == 'w' || letter == 'W')
		marks->functions++;
	else
		marks->others++;
	/* Nearly every name is none of them. */
	if ((name[0] != '_' && name[0] != 'v') || length > 16 || !(telling_lengths >> length & 1))
		return;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (is_name(name, length, table[i].name)) {
			memcpy((char *)marks + table[i].field, &value, sizeof(value));
			marks->seen |= 1u << i;
		}
	/* A kernel for x86-64 may have those of i386, too. */
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (is_name(name, length, machines[i].name) && marks->machine != EM_X86_64)
			marks->machine = machines[i].machine;
	marks->has_image = (marks->seen & 3) == 3;
	marks->has_init = (marks->seen & 0xc) == 0xc;
	marks->has_init_text = (marks->seen & 0x30) == 0x30;
	marks->has_per_cpu = (marks->seen & 0xc0) == 0xc0;
}

static bool within(uint64_t value, uint64_t begin, uint64_t end)
{
	return value >= begin && value < end;
}

bool kernel_letter_class(const struct kernel_marks *marks, char letter, uint64_t value, bool in_module,
	enum kernel_symbol_class *ret)
{
	switch (tolower((unsigned char)letter)) {
	case 't':
	case 'w':
	case 'i': /* chosen at run time; the kernel has none */
		*ret = KERNEL_FUNCTION;
		break;
	case 'd':
	case 'b':
	case 'r':
	case 'g':
	case 's':
	case 'c':
	case 'v':
	case 'u':
		if (letter == 'U')
			return false;
		*ret = KERNEL_DATA;
		break;
	case 'a':
		*ret = KERNEL_ABSOLUTE;
		break;
	case 'n':
	case 'p':
		*ret = KERNEL_UNLOADED;
		break;
	default:
		return false;
	}
	if (in_module)
		return true;
	/* On x86-64 per-CPU offsets begin at 0, and kallsyms calls them absolute. */
	if (marks->has_per_cpu && within(value, marks->per_cpu_begin, marks->per_cpu_end))
		*ret = KERNEL_PER_CPU;
	else if ((marks->has_init && within(value, marks->init_begin, marks->init_end)) ||
			(marks->has_init_text && within(value, marks->init_text_begin, marks->init_text_end)))
		*ret = KERNEL_INIT;
	else if (*ret == KERNEL_ABSOLUTE && marks->has_image && within(value, marks->image_begin, marks->image_end))
		*ret = KERNEL_DATA;
	return true;
}

bool kernel_marks_lack_data(const struct kernel_marks *marks)
{
	return marks->others < marks->functions / 20;
}

enum kernel_symbol_scope kernel_letter_scope(char letter)
{
	switch (letter) {
	case 'W':
	case 'w':
	case 'V':
	case 'v':
		return KERNEL_WEAK;
	}
	return islower((unsigned char)letter) ? KERNEL_LOCAL : KERNEL_GLOBAL;
}
