/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly of the core asks of its host; see host.h. */
#include <linux/version.h>
#include <asm/alternative.h>
#include <asm/asm-offsets.h>
#include <asm/cpufeatures.h>
#include <asm/jump_label.h>
#include <asm/msr-index.h>
#include <asm/nops.h>
#include <asm/percpu.h>
#include <asm/ptrace-abi.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define UNWIND_HINT_UNDEFINED	UNWIND_HINT_EMPTY
#endif

/* Per-CPU places: a word that entry code may use, the current task, and the top of its kernel stack */
#define KML_HOST_SCRATCH	kml_scratch
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define KML_HOST_CURRENT	current_task
#else
#define KML_HOST_CURRENT	pcpu_hot + X86_current_task
#endif
#define KML_HOST_TOP_OF_STACK	kml_top_of_stack

/* pt_regs, above orig_ax */
.macro PUSH_REGS
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	UNWIND_HINT_REGS
.endm

.macro POP_REGS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
.endm

/* No kernel that this is made for has it */
.macro STACKLEAK_ERASE
.endm

/* A static branch, as in C: a NOP until the key is enabled, then a jump */
.macro KML_STATIC_BRANCH key label
.Lkml_static_branch_\@:
	.byte BYTES_NOP5
	.pushsection __jump_table, "aw"
	.balign 8
	.long .Lkml_static_branch_\@ - ., \label - .
	.quad \key - .
	.popsection
.endm

/*
 * Goes to the label if the kernel faults at RAX with the GS base of a program: where its GS selector is loaded, and where
 * the kernel's own return to user space finds that it cannot. Clobbers RAX.
 */
#define LENGTH_OF_LOAD_GS_INDEX	64	/* bytes, at most */

.macro KML_HOST_JUMP_IF_KERNEL_FAULTS_SO label
	cmpq	kml_reach_iret(%rip), %rax
	je	\label
	subq	kml_reach_load_gs_index(%rip), %rax
	cmpq	$LENGTH_OF_LOAD_GS_INDEX, %rax
	jb	\label
.endm

/* With page-table isolation, the user's page table is the one behind the kernel's, under another PCID */
#define KML_USER_TABLE_BITS	((1 << 12) | (1 << 11))

.macro KML_HOST_LOAD_KERNEL_PAGE_TABLE scratch
	ALTERNATIVE "jmp .Lkml_loaded_\@", "", X86_FEATURE_PTI
	movq	%cr3, \scratch
	btq	$12, \scratch
	jnc	.Lkml_loaded_\@
	ALTERNATIVE "", "btsq $63, \scratch", X86_FEATURE_PCID
	andq	$~KML_USER_TABLE_BITS, \scratch
	movq	\scratch, %cr3
.Lkml_loaded_\@:
.endm

/* The kernel has switched it off when it returned to ring 3 */
.macro KML_RESTRICT_SPECULATION
	ALTERNATIVE "jmp .Lkml_restricted_\@", "", X86_FEATURE_KERNEL_IBRS
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	movl	$MSR_IA32_SPEC_CTRL, %ecx
	rdmsr
	orl	$SPEC_CTRL_IBRS, %eax
	wrmsr
	popq	%rdx
	popq	%rcx
	popq	%rax
.Lkml_restricted_\@:
.endm

/*
 * A fault in ring 3: a kernel-mode process has been returned to by the kernel, which knows no other ring for it. It goes on
 * in ring 0, where it faults again if that was not it. A process that is none is left to the handler, whoever has loaded
 * this IDT for it. RSP is at the error code.
 */
.macro KML_HOST_RAISE handler
	testb	$3, 2*8(%rsp)
	jz	.Lkml_in_ring_0_\@
	swapgs
	cmpb	$0, PER_CPU_VAR(kml_active)
	swapgs
	je	\handler
	pushq	%rax
	KML_HOST_LOAD_KERNEL_PAGE_TABLE %rax
	popq	%rax
	KML_RESTRICT_SPECULATION
	movq	$__KERNEL_CS, 2*8(%rsp)
	movq	$__KERNEL_DS, 5*8(%rsp)
	addq	$8, %rsp
	iretq
.Lkml_in_ring_0_\@:
.endm

/* From pt_regs at RSP to the program, without the detour by ring 3 */
#define KML_HOST_RETURN_TO_USER	kml_return_to_user

/*
 * The system call of RSI, with pt_regs at RSP and in RDI, by the general way, and back to the program, if there is still
 * one in kernel mode: nothing of this module is on the stack meanwhile.
 */
.macro KML_HOST_DO_SYSCALL
	pushq	kml_reach_return(%rip)
	jmp	__SCT__kml_reach_do_syscall_64
.endm
