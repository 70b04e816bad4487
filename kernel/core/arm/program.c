// SPDX-License-Identifier: GPL-2.0-only
/* What the core asks about programs and the kernel image on ARM. */
#include <linux/binfmts.h>
#include <linux/elf.h>
#include "../kml.h"

/* The kernel runs where it was linked */
unsigned long kml_arch_slide(void)
{
	return 0;
}

/* Only load_elf_binary() takes such a file; the FDPIC format is for machines without an MMU */
bool kml_arch_native_program(const struct linux_binprm *bprm)
{
	const struct elf32_hdr *header = (const void *)bprm->buf;

	return !memcmp(header->e_ident, ELFMAG, SELFMAG) && elf_check_arch(header);
}
