// SPDX-License-Identifier: GPL-2.0-or-later
#include "form.h"

#include <string.h>

static const struct form form_64 = {
	.header = sizeof(Elf64_Ehdr),
	.segment = sizeof(Elf64_Phdr),
	.section = sizeof(Elf64_Shdr),
	.symbol = sizeof(Elf64_Sym),
	.dynamic = sizeof(Elf64_Dyn),
	.relocation = sizeof(Elf64_Rela),
	.word = sizeof(Elf64_Addr),
	.relocations = SHT_RELA,
	.table = DT_RELA,
	.table_size = DT_RELASZ,
	.other_table = DT_REL,
	.simple_count = DT_RELACOUNT,
};

static const struct form form_32 = {
	.header = sizeof(Elf32_Ehdr),
	.segment = sizeof(Elf32_Phdr),
	.section = sizeof(Elf32_Shdr),
	.symbol = sizeof(Elf32_Sym),
	.dynamic = sizeof(Elf32_Dyn),
	.relocation = sizeof(Elf32_Rel),
	.word = sizeof(Elf32_Addr),
	.relocations = SHT_REL,
	.table = DT_REL,
	.table_size = DT_RELSZ,
	.other_table = DT_RELA,
	.simple_count = DT_RELCOUNT,
};

const struct form *form_of(const GElf_Ehdr *header)
{
	return header->e_ident[EI_CLASS] == ELFCLASS32 ? &form_32 : &form_64;
}

/* What is that of 64 bits is copied. */
static bool put_same(const struct form *form, void *to, const void *from, size_t size)
{
	if (form != &form_64)
		return false;
	memcpy(to, from, size);
	return true;
}

void form_put_header(const struct form *form, void *to, const GElf_Ehdr *header)
{
	Elf32_Ehdr narrow = { .e_type = header->e_type, .e_machine = header->e_machine, .e_version = header->e_version,
		.e_entry = header->e_entry, .e_phoff = header->e_phoff, .e_shoff = header->e_shoff, .e_flags = header->e_flags,
		.e_ehsize = header->e_ehsize, .e_phentsize = header->e_phentsize, .e_phnum = header->e_phnum,
		.e_shentsize = header->e_shentsize, .e_shnum = header->e_shnum, .e_shstrndx = header->e_shstrndx };

	memcpy(narrow.e_ident, header->e_ident, sizeof(narrow.e_ident));
	if (!put_same(form, to, header, sizeof(*header)))
		memcpy(to, &narrow, sizeof(narrow));
}

void form_put_segment(const struct form *form, void *to, const GElf_Phdr *segment)
{
	const Elf32_Phdr narrow = { .p_type = segment->p_type, .p_flags = segment->p_flags, .p_offset = segment->p_offset,
		.p_vaddr = segment->p_vaddr, .p_paddr = segment->p_paddr, .p_filesz = segment->p_filesz,
		.p_memsz = segment->p_memsz, .p_align = segment->p_align };

	if (!put_same(form, to, segment, sizeof(*segment)))
		memcpy(to, &narrow, sizeof(narrow));
}

void form_put_section(const struct form *form, void *to, const GElf_Shdr *section)
{
	const Elf32_Shdr narrow = { .sh_name = section->sh_name, .sh_type = section->sh_type, .sh_flags = section->sh_flags,
		.sh_addr = section->sh_addr, .sh_offset = section->sh_offset, .sh_size = section->sh_size,
		.sh_link = section->sh_link, .sh_info = section->sh_info, .sh_addralign = section->sh_addralign,
		.sh_entsize = section->sh_entsize };

	if (!put_same(form, to, section, sizeof(*section)))
		memcpy(to, &narrow, sizeof(narrow));
}

void form_put_symbol(const struct form *form, void *to, const GElf_Sym *symbol)
{
	const Elf32_Sym narrow = { .st_name = symbol->st_name, .st_value = symbol->st_value, .st_size = symbol->st_size,
		.st_info = symbol->st_info, .st_other = symbol->st_other, .st_shndx = symbol->st_shndx };

	if (!put_same(form, to, symbol, sizeof(*symbol)))
		memcpy(to, &narrow, sizeof(narrow));
}

void form_put_dynamic(const struct form *form, void *to, const Elf64_Dyn *entry)
{
	const Elf32_Dyn narrow = { .d_tag = entry->d_tag, .d_un.d_val = entry->d_un.d_val };

	if (!put_same(form, to, entry, sizeof(*entry)))
		memcpy(to, &narrow, sizeof(narrow));
}

void form_put_relocation(const struct form *form, void *to, const Elf64_Rela *relocation)
{
	const Elf32_Rel narrow = { .r_offset = relocation->r_offset,
		.r_info = ELF32_R_INFO(ELF64_R_SYM(relocation->r_info), ELF64_R_TYPE(relocation->r_info)) };

	if (!put_same(form, to, relocation, sizeof(*relocation)))
		memcpy(to, &narrow, sizeof(narrow));
}

GElf_Sym form_symbol(const struct form *form, const void *from)
{
	Elf32_Sym narrow;
	GElf_Sym symbol;

	if (form == &form_64) {
		memcpy(&symbol, from, sizeof(symbol));
		return symbol;
	}
	memcpy(&narrow, from, sizeof(narrow));
	return (GElf_Sym){ .st_name = narrow.st_name, .st_value = narrow.st_value, .st_size = narrow.st_size,
		.st_info = narrow.st_info, .st_other = narrow.st_other, .st_shndx = narrow.st_shndx };
}

Elf64_Dyn form_dynamic(const struct form *form, const void *from)
{
	Elf32_Dyn narrow;
	Elf64_Dyn entry;

	if (form == &form_64) {
		memcpy(&entry, from, sizeof(entry));
		return entry;
	}
	memcpy(&narrow, from, sizeof(narrow));
	return (Elf64_Dyn){ .d_tag = narrow.d_tag, .d_un.d_val = narrow.d_un.d_val };
}

Elf64_Rela form_relocation(const struct form *form, const void *from)
{
	Elf32_Rel narrow;
	Elf64_Rela relocation;

	if (form == &form_64) {
		memcpy(&relocation, from, sizeof(relocation));
		return relocation;
	}
	memcpy(&narrow, from, sizeof(narrow));
	return (Elf64_Rela){ .r_offset = narrow.r_offset,
		.r_info = ELF64_R_INFO((uint64_t)ELF32_R_SYM(narrow.r_info), ELF32_R_TYPE(narrow.r_info)) };
}
