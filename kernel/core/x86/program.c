// SPDX-License-Identifier: GPL-2.0-only
/* What the core asks about programs and the kernel image on x86. */
#include <linux/binfmts.h>
#include <linux/elf.h>
#include <asm/setup.h>
#include "../kml.h"

unsigned long kml_arch_slide(void)
{
	return kaslr_offset();
}

/* Only load_elf_binary() takes such a file, and only as a 64-bit program; the x32 ABI is ELFCLASS32 */
bool kml_arch_native_program(const struct linux_binprm *bprm)
{
	const struct elf64_hdr *header = (const void *)bprm->buf;

	return !memcmp(header->e_ident, ELFMAG, SELFMAG) && header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_machine == EM_X86_64;
}
