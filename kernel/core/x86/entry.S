/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How interrupts and exceptions enter the kernel while a kernel-mode process
 * is current.
 *
 * Such a process runs at CPL 0 on its own, user-space stack. The CPU changes
 * stacks only when it changes rings, so with the ordinary IDT an interrupt
 * would be pushed on the program's stack: below its red zone, or into a page
 * that is not there. Therefore a second IDT is loaded while such a process is
 * current, in which every vector switches to a stack of this CPU by IST (the
 * kml stack). The stub behind each vector then establishes what the rest of
 * the kernel expects, and goes on in the ordinary handler:
 *
 *  - the program was interrupted: the frame is made to say ring 3. This is the
 *    invariant that everything rests on: pt_regs of a kernel-mode process
 *    always say ring 3, so that user_mode(), signals, ptrace, fork, core dumps
 *    and page faults need not know about kernel mode. The ordinary handler
 *    moves on to the task's stack by itself, as for any entry from user space.
 *  - the kernel was interrupted: the frame is moved to where the CPU would
 *    have pushed it without IST. A function of the program that the kernel has
 *    called back counts as the kernel: it runs on the kernel's stack, with the
 *    kernel's GS base.
 *
 * The program's GS base stays in place while it runs, as for any program, so
 * the ordinary SWAPGS logic, which follows the ring in the frame, is right.
 *
 * The jump at the end of each stub is filled in at start-up with the handler
 * that the ordinary IDT has: a direct jump, because an indirect one here would
 * be a place for branch target injection.
 */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/smap.h>
#include <asm/trapnr.h>
#include <asm/unwind_hints.h>
#include "offsets.h"
#include "../host-asm.h"

/* As in <asm/trap_pf.h>, which is for C only */
#define X86_PF_PROT	(1 << 0)
#define X86_PF_USER	(1 << 2)

/* The hardware frame, behind what the stub and the CPU have pushed below it */
#define FRAME_RIP(pushed)	(0*8 + pushed)(%rsp)
#define FRAME_CS(pushed)	(1*8 + pushed)(%rsp)
#define FRAME_FLAGS(pushed)	(2*8 + pushed)(%rsp)
#define FRAME_RSP(pushed)	(3*8 + pushed)(%rsp)
#define FRAME_SS(pushed)	(4*8 + pushed)(%rsp)

.code64
.section .entry.text, "ax"

/* Goes on in the handler of the ordinary IDT; kml_stub_jumps[vector] is the place to fill in */
.macro KML_JUMP_TO_HANDLER vector
.Lkml_jump_\vector:
	ANNOTATE_NOENDBR
	{disp32} jmp	kml_stub_unfilled
	.pushsection .init.rodata, "a"
	.quad	.Lkml_jump_\vector
	.popsection
.endm

/*
 * An exception ends what CLI began: the kernel handles the fault of a user
 * program with interrupts enabled, and the program returns with them enabled.
 */
.macro KML_FRAME_SAYS_RING_3 pushed
	movq	$__USER_CS, FRAME_CS(\pushed)
	movq	$__USER_DS, FRAME_SS(\pushed)
	orl	$X86_EFLAGS_IF, FRAME_FLAGS(\pushed)
.endm

/*
 * Moves the frame, and the error code if there is one, from the kml stack to
 * the stack that was interrupted, and below the red zone there: functions of
 * the program have one. RAX is the one register that was pushed.
 */
#define RED_ZONE	128	/* bytes; System V ABI for AMD64, 3.2.2 */

.macro KML_MOVE_FRAME has_error_code:req
	.if \has_error_code
	.set kml_pushed, 16
	.else
	.set kml_pushed, 8
	.endif
	movq	FRAME_RSP(kml_pushed), %rax
	leaq	-RED_ZONE(%rax), %rax
	andq	$-16, %rax
	pushq	FRAME_SS(kml_pushed)
	popq	-1*8(%rax)
	pushq	FRAME_RSP(kml_pushed)
	popq	-2*8(%rax)
	pushq	FRAME_FLAGS(kml_pushed)
	popq	-3*8(%rax)
	pushq	FRAME_CS(kml_pushed)
	popq	-4*8(%rax)
	pushq	FRAME_RIP(kml_pushed)
	popq	-5*8(%rax)
	.if \has_error_code
	pushq	8(%rsp)
	popq	-6*8(%rax)
	.endif
	pushq	(%rsp)
	popq	-5*8-kml_pushed(%rax)
	leaq	-5*8-kml_pushed(%rax), %rsp
	popq	%rax
.endm

/* Sets SF if the GS base is the kernel's. Clobbers RAX. */
.macro KML_TEST_GS_BASE
	rdgsbase %rax
	testq	%rax, %rax
.endm

/*
 * Goes to the label if the kernel was interrupted. RSP alone does not tell: a
 * program may have lost its stack pointer. Nor does RIP: see callbacks above,
 * and programs that run kernel text on their own stack. Clobbers RAX.
 *
 * There are few places where the kernel faults with the GS base of a program;
 * the host knows them.
 */
.macro KML_JUMP_IF_KERNEL pushed label
	testb	$0x80, 7 + FRAME_RSP(\pushed)
	jz	.Lkml_program_\@
	KML_TEST_GS_BASE
	js	\label
	movq	FRAME_RIP(\pushed), %rax
	KML_HOST_JUMP_IF_KERNEL_FAULTS_SO \label
.Lkml_program_\@:
.endm

.macro KML_STUB vector has_error_code
	pushq	%rax
	.if \has_error_code
	KML_JUMP_IF_KERNEL 16, 1f
	KML_FRAME_SAYS_RING_3 16
	.else
	KML_JUMP_IF_KERNEL 8, 1f
	KML_FRAME_SAYS_RING_3 8
	.endif
	popq	%rax
2:	KML_JUMP_TO_HANDLER \vector
1:	KML_MOVE_FRAME \has_error_code
	jmp	2b
.endm

/*
 * A breakpoint in a function of the program that the kernel has called back:
 * whoever set it cannot have known. The handler would end the machine, as with
 * breakpoints of the kernel; that of invalid instructions ends the task.
 */
.macro KML_STUB_BREAKPOINT vector
	pushq	%rax
	KML_JUMP_IF_KERNEL 8, 1f
	KML_FRAME_SAYS_RING_3 8
	popq	%rax
2:	KML_JUMP_TO_HANDLER \vector
1:	testb	$0x80, 7 + FRAME_RIP(8)
	jz	3f
	KML_MOVE_FRAME 0
	jmp	2b
3:	popq	%rax
	jmp	kml_stub_6	/* X86_TRAP_UD */
.endm

/*
 * The user bit is cleared in the top-level page-table entries of a kernel-mode
 * process when the CPU trips over it (see fault.c), and the access retried.
 */
.macro KML_TRY_TO_MEND_MAPPING swap_gs:req
	ASM_CLAC
	cld
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	.if \swap_gs
	swapgs
	.endif
	movq	9*8(%rsp), %rdi		/* error code */
	call	kml_mend_mapping
	.if \swap_gs
	swapgs
	.endif
	testb	%al, %al
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	jnz	.Lkml_retry
.endm

.macro KML_STUB_PAGE_FAULT vector
	KML_HOST_RAISE 2f
	pushq	%rax
	KML_JUMP_IF_KERNEL 16, 1f
	testb	$X86_PF_PROT, 8(%rsp)
	jz	3f
	KML_TRY_TO_MEND_MAPPING swap_gs=1
3:	KML_FRAME_SAYS_RING_3 16
	orl	$X86_PF_USER, 8(%rsp)
	popq	%rax
2:	KML_JUMP_TO_HANDLER \vector
1:	testb	$X86_PF_PROT, 8(%rsp)
	jz	4f
	KML_TRY_TO_MEND_MAPPING swap_gs=0
4:	KML_MOVE_FRAME 1
	jmp	2b
.Lkml_retry:
	popq	%rax
	addq	$8, %rsp
	iretq
.endm

/*
 * IRETQ to an address that is not canonical faults in the kernel, with the
 * program's GS base and registers already in place: make it a fault of the
 * program, at the address that it wanted to go to.
 */
.macro KML_STUB_GENERAL_PROTECTION vector
	KML_HOST_RAISE 2f
	pushq	%rax
	cmpq	$kml_iret, FRAME_RIP(16)
	je	1f
	KML_JUMP_IF_KERNEL 16, 4f
3:	KML_FRAME_SAYS_RING_3 16
	popq	%rax
2:	KML_JUMP_TO_HANDLER \vector
1:	movq	FRAME_RSP(16), %rax
	pushq	0*8(%rax)
	popq	FRAME_RIP(16)
	pushq	2*8(%rax)
	popq	FRAME_FLAGS(16)
	movq	3*8(%rax), %rax
	movq	%rax, FRAME_RSP(16)
	jmp	3b
4:	KML_MOVE_FRAME 1
	jmp	2b
.endm

/*
 * NMI, #MC and #DB have stacks of their own and can hit anywhere, a stub on
 * the kml stack included. An exception inside the handler would then reuse
 * that stack from its top and destroy the stub's frame. So in that case the
 * ordinary IDT is loaded for the handler, and the handler is made to return to
 * kml_reload_idt, which loads the second IDT again and goes on in the stub.
 * Only one word may be pushed here: in the next one, NMI keeps the variable by
 * which it knows that it is nested.
 */
.macro KML_GUARD_KML_STACK
	pushq	%rax
	movq	FRAME_RSP(8), %rax
	cmpq	kml_stacks_start(%rip), %rax
	jbe	9f
	cmpq	kml_stacks_end(%rip), %rax
	ja	9f
	subq	$8, %rax
	movq	%rax, FRAME_RSP(8)
	movq	%rdx, (%rax)
	movq	FRAME_RIP(8), %rdx
	xchgq	%rdx, (%rax)
	movq	$kml_reload_idt, FRAME_RIP(8)
	lidt	kml_ordinary_idt(%rip)
9:	popq	%rax
.endm

/* For the vectors that can hit in the middle of an entry, where RSP is not yet what RIP says. Preserves all registers. */
.macro KML_PARANOID_JUMP_IF_CALLBACK label
	testb	$0x80, 7 + FRAME_RSP(0)
	jz	.Lkml_no_callback_\@
	pushq	%rax
	KML_TEST_GS_BASE
	popq	%rax
	js	\label
.Lkml_no_callback_\@:
.endm

.macro KML_STUB_PARANOID vector
	testb	$0x80, 7 + FRAME_RIP(0)
	jnz	1f
	KML_PARANOID_JUMP_IF_CALLBACK 1f
	movq	$__USER_CS, FRAME_CS(0)
	movq	$__USER_DS, FRAME_SS(0)
	jmp	2f
1:	KML_GUARD_KML_STACK
2:	KML_JUMP_TO_HANDLER \vector
.endm

/*
 * Stepping over a call of a gate ends at the gate's first instruction, in
 * kernel text. The gate then runs unstepped, and the step is taken when it
 * returns. What comes before its CLI can be begun again; a program may have
 * been stopped there, and be stepped from there on. Calling a function of the
 * program through the call gate is one step, to that function. Kernel functions
 * that the program calls directly, on its own stack, are stepped like the
 * program's own.
 */
.macro KML_JUMP_IF_RIP_WITHIN first last label
	cmpq	$\first, FRAME_RIP(0)
	jb	.Lkml_not_within_\@
	cmpq	$\last, FRAME_RIP(0)
	jbe	\label
.Lkml_not_within_\@:
.endm

/*
 * Uprobes step over the instruction that they have replaced, in a copy of it,
 * and put right what a call has left on the stack: before the callee runs.
 */
.macro KML_JUMP_IF_UPROBE label
	pushq	%rax
	swapgs
	movq	PER_CPU_VAR(KML_HOST_CURRENT), %rax
	cmpl	$UPROBE_TRAP_NR, TASK_TRAP_NR(%rax)
	swapgs
	popq	%rax
	je	\label
.endm

.macro KML_STUB_DEBUG vector
	testb	$0x80, 7 + FRAME_RIP(0)
	jz	2f
	testb	$0x80, 7 + FRAME_RSP(0)
	jnz	1f
	testl	$X86_EFLAGS_TF, FRAME_FLAGS(0)
	jz	1f
	pushq	%rax
	KML_TEST_GS_BASE
	popq	%rax
	js	1f
	KML_JUMP_IF_RIP_WITHIN kml_syscall_gate, kml_syscall_gate_begun, 4f
	KML_JUMP_IF_RIP_WITHIN kml_syscall_gate_stepped, kml_syscall_gate_stepped_begun, 4f
	KML_JUMP_IF_RIP_WITHIN kml_call_gate, kml_call_gate_begun, 5f
	KML_JUMP_IF_RIP_WITHIN kml_call_gate_stepped, kml_call_gate_stepped_begun, 5f
	jmp	3f
2:	KML_PARANOID_JUMP_IF_CALLBACK 1f
3:	movq	$__USER_CS, FRAME_CS(0)
	movq	$__USER_DS, FRAME_SS(0)
	jmp	7f
1:	KML_GUARD_KML_STACK
7:	KML_JUMP_TO_HANDLER \vector
4:	KML_JUMP_IF_UPROBE 3b
	movq	$kml_syscall_gate_stepped, FRAME_RIP(0)
	jmp	6f
5:	KML_JUMP_IF_UPROBE 3b
	testq	%rax, %rax
	js	8f
	movq	%rax, FRAME_RIP(0)
	jmp	3b
8:	movq	$kml_call_gate_stepped, FRAME_RIP(0)
6:	andl	$~X86_EFLAGS_TF, FRAME_FLAGS(0)
	pushq	%rax
	movl	$0xffff0ff0, %eax	/* DR6_RESERVED: what the CPU has after reset */
	movq	%rax, %dr6
	popq	%rax
	iretq
.endm

/* Vectors for which the CPU pushes an error code; Intel SDM volume 3, table 6-1 */
#define VECTOR_HAS_ERROR_CODE(v)						\
	(v == X86_TRAP_DF || v == X86_TRAP_TS || v == X86_TRAP_NP ||		\
	 v == X86_TRAP_SS || v == X86_TRAP_AC || v == X86_TRAP_CP ||		\
	 v == X86_TRAP_VC)

.macro KML_VECTOR vector
SYM_CODE_START_LOCAL(kml_stub_\vector)
	UNWIND_HINT_UNDEFINED
	ENDBR
	.if \vector == X86_TRAP_PF
	KML_STUB_PAGE_FAULT \vector
	.elseif \vector == X86_TRAP_GP
	KML_STUB_GENERAL_PROTECTION \vector
	.elseif \vector == X86_TRAP_DB
	KML_STUB_DEBUG \vector
	.elseif \vector == X86_TRAP_BP
	KML_STUB_BREAKPOINT \vector
	.elseif \vector == X86_TRAP_NMI || \vector == X86_TRAP_MC
	KML_STUB_PARANOID \vector
	.elseif VECTOR_HAS_ERROR_CODE(\vector)
	KML_STUB \vector 1
	.else
	KML_STUB \vector 0
	.endif
SYM_CODE_END(kml_stub_\vector)
	.pushsection .init.rodata.kml_stubs, "a"
	.quad	kml_stub_\vector
	.popsection
.endm

	.pushsection .init.rodata, "a"
	.balign 8
SYM_DATA_START(kml_stub_jumps)
	.popsection
	.pushsection .init.rodata.kml_stubs, "a"
	.balign 8
SYM_DATA_START(kml_stubs)
	.popsection

/* The alternate macro mode turns a symbol's value into a literal, and much else into nonsense: keep it short */
.macro KML_NUMBERED_VECTOR vector
	.noaltmacro
	KML_VECTOR \vector
	.altmacro
.endm

	.altmacro
	.set kml_vector, 0
	.rept 256
	KML_NUMBERED_VECTOR %kml_vector
	.set kml_vector, kml_vector + 1
	.endr
	.noaltmacro

	.pushsection .init.rodata, "a"
SYM_DATA_END(kml_stub_jumps)
	.popsection
	.pushsection .init.rodata.kml_stubs, "a"
SYM_DATA_END(kml_stubs)
	.popsection

SYM_CODE_START_LOCAL(kml_stub_unfilled)
	UNWIND_HINT_UNDEFINED
	ud2
SYM_CODE_END(kml_stub_unfilled)

SYM_CODE_START_LOCAL(kml_reload_idt)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	lidt	kml_second_idt(%rip)
	ANNOTATE_UNRET_SAFE
	ret
	int3
SYM_CODE_END(kml_reload_idt)
