/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Tables of a linked program as its class has them in the file: everywhere else they are those of 64 bits. */
#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>

struct form {
	size_t header, segment, section, symbol, dynamic, relocation; /* sizes */
	size_t word;
	unsigned int relocations;	   /* SHT_RELA or SHT_REL */
	int64_t table, table_size, other_table; /* of the dynamic linker's relocations: tags of these, and of what cannot be */
	int64_t simple_count;
};

/* 32-bit ARM's for ELFCLASS32, else x86-64's. */
const struct form *form_of(const GElf_Ehdr *header);

void form_put_header(const struct form *form, void *to, const GElf_Ehdr *header);
void form_put_segment(const struct form *form, void *to, const GElf_Phdr *segment);
void form_put_section(const struct form *form, void *to, const GElf_Shdr *section);
void form_put_symbol(const struct form *form, void *to, const GElf_Sym *symbol);
void form_put_dynamic(const struct form *form, void *to, const Elf64_Dyn *entry);
void form_put_relocation(const struct form *form, void *to, const Elf64_Rela *relocation);

GElf_Sym form_symbol(const struct form *form, const void *from);
Elf64_Dyn form_dynamic(const struct form *form, const void *from);

/* Where relocations have no addend, it is 0. */
Elf64_Rela form_relocation(const struct form *form, const void *from);
