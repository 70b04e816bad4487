/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly of the core asks of its host; see host.h. */
#include <asm/asm-offsets.h>
#include <asm/kml.h>
#include "../../../arch/x86/entry/calling.h"

/* Per-CPU places: a word that entry code may use, the current task, and the top of its kernel stack */
#define KML_HOST_SCRATCH	cpu_tss_rw + TSS_sp2
#define KML_HOST_CURRENT	pcpu_hot + X86_current_task
#define KML_HOST_TOP_OF_STACK	pcpu_hot + X86_top_of_stack

/*
 * Goes to the label if the kernel faults at RAX with the GS base of a program: there is one place, where its GS selector
 * is loaded, when a task is switched to whose segment is gone. Clobbers RAX.
 */
#define LENGTH_OF_LOAD_GS_INDEX	64	/* bytes, at most */

.macro KML_HOST_JUMP_IF_KERNEL_FAULTS_SO label
	subq	$asm_load_gs_index, %rax
	cmpq	$LENGTH_OF_LOAD_GS_INDEX, %rax
	jb	\label
.endm

/* This kernel returns to ring 0 by itself, and with its own page table: nothing ever has to be raised to it */
.macro KML_HOST_RAISE handler
.endm
.macro KML_HOST_LOAD_KERNEL_PAGE_TABLE scratch
.endm

/* From pt_regs at RSP to the program, by the way of all returns to user space */
#define KML_HOST_RETURN_TO_USER	swapgs_restore_regs_and_return_to_usermode

/* The system call of RSI, with pt_regs at RSP and in RDI, by the general way, and back to the program */
.macro KML_HOST_DO_SYSCALL
	call	do_syscall_64
	jmp	swapgs_restore_regs_and_return_to_usermode
.endm
