/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a kernel-mode process enters the kernel on its own account, and how the
 * kernel returns to it.
 *
 * Both gates are called like functions. They switch to the task's kernel stack
 * and build pt_regs there, at the place where the SYSCALL instruction would
 * have put them. That is why functions that schedule work: `current`, the
 * stack and everything that hangs on them are what the kernel expects.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/asm.h>
#include <asm/errno.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/smap.h>
#include <asm/unwind_hints.h>
#include "gates.h"
#include "../host-asm.h"

.code64
.section .entry.text, "ax"

/*
 * To the kernel's GS base and the task's kernel stack. Interrupts are off
 * until the C code enables them: GS base and stack must not be seen half
 * switched.
 */
.macro KML_ENTER_KERNEL_STACK
	swapgs
	movq	%rsp, PER_CPU_VAR(KML_HOST_SCRATCH)
	movq	PER_CPU_VAR(KML_HOST_TOP_OF_STACK), %rsp
.endm

/*
 * The flags of the program, for pt_regs. NT must not stay set, as it would make
 * the next IRETQ of whatever task a fault; SYSCALL and interrupts clear it.
 */
.macro KML_PUSH_FLAGS stepped
	pushfq
	testl	$X86_EFLAGS_NT, (%rsp)
	jz	.Lkml_flags_\@
	andl	$~X86_EFLAGS_NT, (%rsp)
	pushq	$X86_EFLAGS_FIXED
	popfq
.Lkml_flags_\@:
	orl	$(X86_EFLAGS_IF | \stepped), (%rsp)
.endm

/*
 * Back from a gate, by RET where the C code allows it: then it has preserved
 * what the C ABI preserves, and the rest of pt_regs is as it was.
 */
.macro KML_LEAVE_GATE_UNLESS_AT_ONCE
	testb	%al, %al
	jz	swapgs_restore_regs_and_return_to_usermode
	IBRS_EXIT
	movq	RAX(%rsp), %rax
.endm

.macro KML_RETURN_AT_ONCE
	UNWIND_HINT_UNDEFINED
	swapgs
	sti
	ANNOTATE_UNRET_SAFE
	ret
	int3
.endm

/*
 * pt_regs of a system call through the gate point behind a SYSCALL instruction
 * (at the RET that follows it here), as those of every other system call: so
 * restarting it works by stepping back over that instruction.
 */
.macro KML_SYSCALL_GATE stepped
	cli
	ASM_CLAC
	KML_ENTER_KERNEL_STACK
	pushq	$__USER_DS
	pushq	PER_CPU_VAR(KML_HOST_SCRATCH)
	KML_PUSH_FLAGS \stepped
	pushq	$__USER_CS
	pushq	$kml_syscall_gate_return
	pushq	%rax
	PUSH_REGS rax=$-ENOSYS
	cld
	movq	%rsp, %rdi
	movslq	%eax, %rsi
	IBRS_ENTER
	UNTRAIN_RET
	CLEAR_BRANCH_HISTORY
	call	kml_do_syscall
	KML_LEAVE_GATE_UNLESS_AT_ONCE
	/* As after the instruction: all but RAX, RCX and R11 */
	movq	RDI(%rsp), %rdi
	movq	RSI(%rsp), %rsi
	movq	RDX(%rsp), %rdx
	movq	R10(%rsp), %r10
	movq	R8(%rsp), %r8
	movq	R9(%rsp), %r9
	movq	RSP(%rsp), %rsp
	KML_RETURN_AT_ONCE
.endm

SYM_CODE_START_NOALIGN(kml_syscall_restart)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	syscall
SYM_INNER_LABEL(kml_syscall_gate_return, SYM_L_GLOBAL)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	ANNOTATE_UNRET_SAFE
	ret
	int3
SYM_CODE_END(kml_syscall_restart)

SYM_CODE_START(kml_syscall_gate)
	UNWIND_HINT_UNDEFINED
	ENDBR
	KML_SYSCALL_GATE stepped=0
SYM_CODE_END(kml_syscall_gate)

/* Where stepping over a call of the gate goes on; see KML_STUB_DEBUG */
SYM_CODE_START(kml_syscall_gate_stepped)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_SYSCALL_GATE stepped=X86_EFLAGS_TF
SYM_CODE_END(kml_syscall_gate_stepped)

/*
 * pt_regs of a call through the call gate are those that the program will have
 * when the call has returned: a signal handler, a debugger and a core dump see
 * the caller, not the gate. The return address is read while a fault on it is
 * still the program's own.
 */
.macro KML_CALL_GATE stepped
	movq	(%rsp), %r11
	cli
	ASM_CLAC
	KML_ENTER_KERNEL_STACK
	pushq	$__USER_DS
	pushq	PER_CPU_VAR(KML_HOST_SCRATCH)
	addq	$8, (%rsp)
	KML_PUSH_FLAGS \stepped
	pushq	$__USER_CS
	pushq	%r11
	movabsq	$KML_CALL_GATE_ORIG_AX, %r11
	pushq	%r11
	PUSH_REGS
	cld
	movq	%rsp, %rdi
	IBRS_ENTER
	UNTRAIN_RET
	CLEAR_BRANCH_HISTORY
	call	kml_do_call
	KML_LEAVE_GATE_UNLESS_AT_ONCE
	/* Onto the return address, which pt_regs take for popped */
	movq	RSP(%rsp), %rsp
	leaq	-8(%rsp), %rsp
	KML_RETURN_AT_ONCE
.endm

SYM_CODE_START(kml_call_gate)
	UNWIND_HINT_UNDEFINED
	ENDBR
	KML_CALL_GATE stepped=0
SYM_CODE_END(kml_call_gate)

SYM_CODE_START(kml_call_gate_stepped)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_CALL_GATE stepped=X86_EFLAGS_TF
SYM_CODE_END(kml_call_gate_stepped)

/*
 * The SYSCALL instruction of a kernel-mode process. MSR_LSTAR points here only
 * while such a process is current, so that ordinary processes pay nothing for
 * the question which of the two they are. It is the ordinary entry, except
 * that the kernel's page table is loaded already, and that SYSRET, which would
 * go to ring 3, is out of the question.
 */
SYM_CODE_START(kml_entry_syscall)
	UNWIND_HINT_UNDEFINED
	ENDBR
	KML_ENTER_KERNEL_STACK
	pushq	$__USER_DS
	pushq	PER_CPU_VAR(KML_HOST_SCRATCH)
	pushq	%r11
	pushq	$__USER_CS
	pushq	%rcx
	pushq	%rax
	PUSH_AND_CLEAR_REGS rax=$-ENOSYS
	movq	%rsp, %rdi
	movslq	%eax, %rsi
	IBRS_ENTER
	UNTRAIN_RET
	CLEAR_BRANCH_HISTORY
	call	do_syscall_64
	jmp	swapgs_restore_regs_and_return_to_usermode
SYM_CODE_END(kml_entry_syscall)

/*
 * Every return to user space passes here while kernel mode is in use. For a
 * kernel-mode process the frame, which says ring 3, is made to say ring 0 as
 * late as can be. The program has no business with the user page table of
 * page-table isolation, nor with clearing CPU buffers: it is the kernel.
 */
SYM_CODE_START(kml_return_to_user)
	UNWIND_HINT_REGS
	ANNOTATE_NOENDBR
	cmpb	$0, PER_CPU_VAR(kml_active)
	je	kml_ordinary_return
	STACKLEAK_ERASE
	POP_REGS
	addq	$8, %rsp
	UNWIND_HINT_IRET_REGS
	movq	$__KERNEL_CS, 1*8(%rsp)
	movq	$__KERNEL_DS, 4*8(%rsp)
	swapgs
SYM_INNER_LABEL(kml_iret, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	iretq
SYM_CODE_END(kml_return_to_user)
