/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a kernel-mode process enters the kernel on its own account, and how the
 * kernel returns to it.
 *
 * Both gates are called like functions. They switch to the task's kernel stack
 * and build pt_regs there, at the place where the SYSCALL instruction would
 * have put them. That is why functions that schedule work: `current`, the
 * stack and everything that hangs on them are what the kernel expects.
 *
 * Most passages have nothing to account for on the way in and nothing to see
 * to on the way out. They stay in this file: the quick way. All others take
 * the general way, through the entry code that all architectures share.
 *
 * What protects the kernel from branches that user space has trained is not
 * repeated here: it stands between ring 3 and ring 0, and a kernel-mode
 * program is on the inner side. IBRS, where it is used, stays set while such a
 * program runs.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/asm.h>
#include <asm/errno.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/unistd.h>
#include <asm/unwind_hints.h>
#include "gates.h"
#include "offsets.h"
#include "../host-asm.h"

.code64
.section .entry.text, "ax"

/* Flags of the program that must not stay set in the kernel; SYSCALL and interrupts clear them */
#define KML_FLAGS_TO_CLEAR	(X86_EFLAGS_NT | X86_EFLAGS_AC | X86_EFLAGS_DF)

/*
 * To the kernel's GS base and the task's kernel stack. Interrupts are off: GS
 * base and stack must not be seen half switched.
 */
.macro KML_ENTER_KERNEL_STACK
	swapgs
	movq	PER_CPU_VAR(KML_HOST_TOP_OF_STACK), %rsp
.endm

/* Where someone keeps books on every entry or call, there is no quick way */
#if defined(CONFIG_TRACE_IRQFLAGS) || defined(CONFIG_DEBUG_ENTRY) || defined(CONFIG_DEBUG_RSEQ) || \
	defined(CONFIG_KASAN)
#define KML_QUICK_WAY	0
#else
#define KML_QUICK_WAY	1
#endif

.macro KML_JUMP_IF_OBSERVED label
#ifdef CONFIG_CONTEXT_TRACKING_USER
	KML_STATIC_BRANCH context_tracking_key, \label
#endif
.endm

/* Something is pending, or the registers are not what they were. Interrupts are off. Clobbers RCX. */
.macro KML_JUMP_IF_WORK label
	movq	PER_CPU_VAR(KML_HOST_CURRENT), %rcx
	testl	$KML_WORK_FLAGS, TASK_FLAGS(%rcx)
	jnz	\label
	cmpl	$0, TASK_PTRACE(%rcx)
	jne	\label
.endm

/* On the program's stack, at the return address of the gate's call */
.macro KML_RETURN_FROM_GATE
	UNWIND_HINT_UNDEFINED
	swapgs
	sti
	ANNOTATE_UNRET_SAFE
	ret
	int3
.endm

/*
 * The system call that pt_regs at RSP tell and RAX numbers, the quick way.
 * What reads or changes other registers than those of its arguments is called
 * by way of kml_full_system_call.
 */
.macro KML_QUICK_SYSCALL
	KML_JUMP_IF_OBSERVED kml_general_syscall
	movq	PER_CPU_VAR(KML_HOST_CURRENT), %rcx
	cmpq	$0, TASK_SYSCALL_WORK(%rcx)
	jne	kml_general_syscall
	cmpq	$__NR_syscalls, %rax
	jae	kml_general_syscall
	movq	kml_system_calls(, %rax, 8), %rax
	movq	%rsp, %rdi
	sti
	CALL_NOSPEC rax
	cli
	KML_JUMP_IF_WORK kml_leave_general_syscall
.endm

/* What the C ABI preserves, into pt_regs */
.macro KML_SAVE_PRESERVED_REGS regs
	movq	%rbx, RBX(\regs)
	movq	%rbp, RBP(\regs)
	movq	%r12, R12(\regs)
	movq	%r13, R13(\regs)
	movq	%r14, R14(\regs)
	movq	%r15, R15(\regs)
.endm

/*
 * For fork and the like: called as kml_system_calls[] are, with pt_regs above
 * the return address. Whoever has changed pt_regs meanwhile, a tracer or a
 * signal's frame say, changes what the program goes on with, and where. So it
 * leaves by the general way, and does not look for a gate behind it again.
 */
	.pushsection .text, "ax"
SYM_CODE_START(kml_full_system_call)
	UNWIND_HINT_FUNC
	ENDBR
	KML_SAVE_PRESERVED_REGS %rdi
	call	kml_system_call_with_work
	addq	$8, %rsp
	UNWIND_HINT_REGS
	movq	%rax, RAX(%rsp)
	movq	%rsp, %rdi
	call	kml_leave_full_syscall
	jmp	KML_HOST_RETURN_TO_USER
SYM_CODE_END(kml_full_system_call)
	.popsection

SYM_CODE_START(kml_general_syscall)
	UNWIND_HINT_REGS
	KML_SAVE_PRESERVED_REGS %rsp
	movq	$-ENOSYS, RAX(%rsp)
	movq	%rsp, %rdi
	call	kml_show_gate
	movq	%rsp, %rdi
	movslq	ORIG_RAX(%rsp), %rsi
	KML_HOST_DO_SYSCALL
	.if	KML_QUICK_WAY
SYM_INNER_LABEL(kml_leave_general_syscall, SYM_L_LOCAL)
	UNWIND_HINT_REGS
	KML_SAVE_PRESERVED_REGS %rsp
	movq	%rax, RAX(%rsp)
	movq	%rsp, %rdi
	call	kml_leave_syscall
	jmp	KML_HOST_RETURN_TO_USER
	.endif
SYM_CODE_END(kml_general_syscall)

/*
 * pt_regs of a system call through the gate point behind a SYSCALL instruction
 * with a RET behind it, as those of every other system call: so restarting it
 * works by stepping back over that instruction. There are two such places:
 * this one, and one in the vDSO, which programs and debuggers can unwind from;
 * whatever looks at the registers of a task is shown the latter, which is
 * written into them only then.
 */
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

/*
 * The place of some registers in pt_regs is left free, until someone asks:
 * RCX, R11 and RAX, which a system call changes, and those that C preserves,
 * but for the frame pointer, by which perf unwinds.
 */
.macro KML_PUSH_ARGUMENTS
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	subq	$(RDX - R8 - 8), %rsp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	subq	$(R10 - RBP - 8), %rsp
	pushq	%rbp
	subq	$(RBP - R15), %rsp
	UNWIND_HINT_REGS
.endm

.macro KML_SYSCALL_GATE name stepped
	cli
SYM_INNER_LABEL(\name\()_begun, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	movq	%rsp, %rcx
	KML_ENTER_KERNEL_STACK
	pushq	$__USER_DS
	pushq	%rcx
	pushfq
	testl	$KML_FLAGS_TO_CLEAR, (%rsp)
	jnz	.Lkml_clear_flags_\@
	orl	$(X86_EFLAGS_IF | \stepped), (%rsp)
	pushq	$__USER_CS
	pushq	$KML_SYSCALL_GATE_IP
	pushq	%rax
	KML_PUSH_ARGUMENTS
	.if \stepped || !KML_QUICK_WAY
	jmp	kml_general_syscall
	.else
	KML_QUICK_SYSCALL
	/* As after the instruction: all but RAX, RCX and R11 */
	movq	RDI(%rsp), %rdi
	movq	RSI(%rsp), %rsi
	movq	RDX(%rsp), %rdx
	movq	R10(%rsp), %r10
	movq	R8(%rsp), %r8
	movq	R9(%rsp), %r9
	/* Addresses of the kernel, which a program with a bug would print */
	xorl	%ecx, %ecx
	xorl	%r11d, %r11d
	movq	RSP(%rsp), %rsp
	KML_RETURN_FROM_GATE
	.endif
.Lkml_clear_flags_\@:
	UNWIND_HINT_UNDEFINED
	orl	$(X86_EFLAGS_IF | \stepped), (%rsp)
	pushq	$X86_EFLAGS_FIXED
	popfq
	pushq	$__USER_CS
	pushq	$KML_SYSCALL_GATE_IP
	pushq	%rax
	KML_PUSH_ARGUMENTS
	jmp	kml_general_syscall
.endm

SYM_CODE_START(kml_syscall_gate)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_SYSCALL_GATE kml_syscall_gate stepped=0
SYM_CODE_END(kml_syscall_gate)

/* Where stepping over a call of the gate goes on; see KML_STUB_DEBUG. Until it has begun, both can be begun again. */
SYM_CODE_START(kml_syscall_gate_stepped)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_SYSCALL_GATE kml_syscall_gate_stepped stepped=X86_EFLAGS_TF
SYM_CODE_END(kml_syscall_gate_stepped)

/*
 * The call gate has nothing to do for a function of the program, NULL
 * included: it is called as any other, and faults as any other. Nor has it
 * for a function that the kernel has called back, which is on the kernel's
 * stack already.
 */
SYM_CODE_START_LOCAL(kml_plain_call)
	UNWIND_HINT_UNDEFINED
	JMP_NOSPEC rax
SYM_CODE_END(kml_plain_call)

/*
 * pt_regs of a call through the call gate are those that the program will have
 * when the call has returned: a signal handler, a debugger and a core dump see
 * the caller, not the gate. The return address is read while a fault on it is
 * still the program's own.
 *
 * On the quick way, the registers that a function call does not preserve are
 * left out of pt_regs, and interrupts seem off there; see kml_leave_call().
 */
.macro KML_CALL_GATE name stepped
	leaq	8(%rsp), %r10
	/* From a user stack to a kernel function, the difference is positive, and borrows */
	cmpq	%rax, %r10
	jae	kml_plain_call
	js	kml_plain_call
	movq	(%rsp), %r11
	cli
SYM_INNER_LABEL(\name\()_begun, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	KML_ENTER_KERNEL_STACK
	pushq	$__USER_DS
	pushq	%r10
	pushfq
	testl	$KML_FLAGS_TO_CLEAR, (%rsp)
	jnz	.Lkml_clear_flags_\@
	.if \stepped
	orl	$\stepped, (%rsp)
	.endif
	pushq	$__USER_CS
	pushq	%r11
	pushq	kml_call_gate_orig_ax(%rip)
	.if \stepped || !KML_QUICK_WAY
	jmp	kml_general_call
	.else
	KML_JUMP_IF_OBSERVED kml_general_call
	subq	$(RDI + 8 - R11), %rsp
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	UNWIND_HINT_REGS
	sti
	CALL_NOSPEC rax
	cli
	KML_JUMP_IF_WORK kml_leave_general_call
	/* Onto the return address, which pt_regs take for popped */
	movq	RSP(%rsp), %rsp
	leaq	-8(%rsp), %rsp
	/* What the function has left in the others is its caller's, but this is the gate's */
	xorl	%ecx, %ecx
	KML_RETURN_FROM_GATE
	.endif
.Lkml_clear_flags_\@:
	UNWIND_HINT_UNDEFINED
	orl	$\stepped, (%rsp)
	pushq	$X86_EFLAGS_FIXED
	popfq
	pushq	$__USER_CS
	pushq	%r11
	pushq	kml_call_gate_orig_ax(%rip)
	jmp	kml_general_call
.endm

SYM_CODE_START_LOCAL(kml_general_call)
	UNWIND_HINT_IRET_REGS offset=8
	PUSH_REGS
	orl	$X86_EFLAGS_IF, EFLAGS(%rsp)
	movq	%rsp, %rdi
	call	kml_do_call
	jmp	KML_HOST_RETURN_TO_USER
	.if	KML_QUICK_WAY
SYM_INNER_LABEL(kml_leave_general_call, SYM_L_LOCAL)
	UNWIND_HINT_REGS
	movq	%rax, RAX(%rsp)
	movq	%rsp, %rdi
	call	kml_leave_call
	jmp	KML_HOST_RETURN_TO_USER
	.endif
SYM_CODE_END(kml_general_call)

SYM_CODE_START(kml_call_gate)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_CALL_GATE kml_call_gate stepped=0
SYM_CODE_END(kml_call_gate)

SYM_CODE_START(kml_call_gate_stepped)
	UNWIND_HINT_UNDEFINED
	ANNOTATE_NOENDBR
	KML_CALL_GATE kml_call_gate_stepped stepped=X86_EFLAGS_TF
SYM_CODE_END(kml_call_gate_stepped)

	.pushsection .rodata, "a"
	.balign 8
SYM_DATA_LOCAL(kml_call_gate_orig_ax, .quad KML_CALL_GATE_ORIG_AX)
	.popsection

/*
 * The SYSCALL instruction of a kernel-mode process. MSR_LSTAR points here only
 * while such a process is current, so that ordinary processes pay nothing for
 * the question which of the two they are. The kernel's page table is loaded
 * already, and SYSRET, which would go to ring 3, is out of the question.
 */
SYM_CODE_START(kml_entry_syscall)
	UNWIND_HINT_UNDEFINED
	ENDBR
	swapgs
	movq	%rsp, PER_CPU_VAR(KML_HOST_SCRATCH)
	KML_HOST_LOAD_KERNEL_PAGE_TABLE %rsp
	movq	PER_CPU_VAR(KML_HOST_TOP_OF_STACK), %rsp
	pushq	$__USER_DS
	pushq	PER_CPU_VAR(KML_HOST_SCRATCH)
	pushq	%r11
	pushq	$__USER_CS
	pushq	%rcx
	pushq	%rax
	PUSH_REGS
	.if	!KML_QUICK_WAY
	jmp	kml_general_syscall
	.else
	KML_QUICK_SYSCALL
	addq	$R11, %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rcx	/* RAX is what the system call returned */
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	jmp	kml_return_by_frame
	.endif
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
SYM_INNER_LABEL(kml_return_by_frame, SYM_L_LOCAL)
	UNWIND_HINT_IRET_REGS offset=8
	addq	$8, %rsp
	UNWIND_HINT_IRET_REGS
	movq	$__KERNEL_CS, 1*8(%rsp)
	orl	$X86_EFLAGS_IF, 2*8(%rsp)
	movq	$__KERNEL_DS, 4*8(%rsp)
	swapgs
SYM_INNER_LABEL(kml_iret, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	iretq
SYM_CODE_END(kml_return_to_user)
