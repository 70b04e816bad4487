/* SPDX-License-Identifier: GPL-2.0-only */
/* The hook in the return to user space, for assembly. */
#ifndef _ASM_X86_KML_H
#define _ASM_X86_KML_H

#include <asm/asm.h>
#include <asm/nops.h>

/* A static branch, as in C: a NOP until the key is enabled, then a jump */
.macro KML_STATIC_BRANCH key label
.Lkml_static_branch_\@:
	.byte BYTES_NOP5
	.pushsection __jump_table, "aw"
	_ASM_ALIGN
	.long .Lkml_static_branch_\@ - ., \label - .
	_ASM_PTR \key - .
	.popsection
.endm

/*
 * To kml_return_to_user, from the first kernel-mode process on. It comes back
 * for ordinary processes.
 */
.macro KML_RETURN_TO_USER
#ifdef CONFIG_KERNEL_MODE_LINUX
	KML_STATIC_BRANCH kml_in_use, kml_return_to_user
SYM_INNER_LABEL(kml_ordinary_return, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
#endif
.endm

#endif
