/* SPDX-License-Identifier: GPL-2.0-only */
/* The hook in the return to user space, for assembly. */
#ifndef _ASM_X86_KML_H
#define _ASM_X86_KML_H

#include <asm/asm.h>
#include <asm/nops.h>

/*
 * A static branch, as in C: a NOP until the first kernel-mode process starts,
 * then a jump to kml_return_to_user, which comes back for ordinary processes.
 */
.macro KML_RETURN_TO_USER
#ifdef CONFIG_KERNEL_MODE_LINUX
.Lkml_static_branch:
	.byte BYTES_NOP5
	.pushsection __jump_table, "aw"
	_ASM_ALIGN
	.long .Lkml_static_branch - ., kml_return_to_user - .
	_ASM_PTR kml_in_use - .
	.popsection
SYM_INNER_LABEL(kml_ordinary_return, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
#endif
.endm

#endif
