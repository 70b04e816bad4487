/* SPDX-License-Identifier: GPL-2.0-only */
/* Ways out of kernel mode. */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include "host-asm.h"

.code64
.section .entry.text, "ax"

/* kml_return_to_user has been left to by a process that is in kernel mode no more; pt_regs are at RSP */
SYM_CODE_START(kml_ordinary_return)
	UNWIND_HINT_REGS
	ANNOTATE_NOENDBR
	jmp	__SCT__kml_reach_stock_exit
SYM_CODE_END(kml_ordinary_return)

/* Called as kml_system_calls[] are, with pt_regs above the return address: does without it, and goes the general way */
SYM_CODE_START(kml_exec_system_call)
	UNWIND_HINT_FUNC
	ENDBR
	addq	$8, %rsp
	UNWIND_HINT_REGS
	cli
	jmp	kml_general_syscall
SYM_CODE_END(kml_exec_system_call)

	/* objtool wants to see the keys of the static calls that only assembly uses */
	.pushsection .discard.addressable, "aw"
	.quad	__SCK__kml_reach_do_syscall_64, __SCK__kml_reach_stock_exit
	.popsection
