/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a kernel-mode process enters the kernel by a function call, and how it
 * returns.
 *
 * SVC mode has a stack pointer of its own, which while a program runs is the
 * top of its empty kernel stack: changing the mode is changing the stack. The
 * gates build pt_regs there, at the place where the SVC instruction would have
 * put them. That is why functions that schedule work: `current`, the stack and
 * everything that hangs on them are what the kernel expects. In SYS mode, on
 * the program's stack, they are not.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/kml.h>
#include <asm/memory.h>
#include <asm/unwind.h>
#include "../../../arch/arm/kernel/entry-header.S"
#include "gates.h"
#include "offsets.h"

/* Where someone keeps books on every entry or call, there is no quick way out */
#if defined(CONFIG_TRACE_IRQFLAGS) || defined(CONFIG_CONTEXT_TRACKING_USER) || defined(CONFIG_DEBUG_RSEQ) || \
	defined(CONFIG_GCC_PLUGIN_STACKLEAK)
#define KML_QUICK_WAY	0
#else
#define KML_QUICK_WAY	1
#endif

	.section .entry.text, "ax", %progbits

/*
 * As the SVC instruction would enter, from behind one that stands here: a
 * restart of the system call steps back onto it. An exception would have set
 * the byte order, too.
 */
	.align	5
ENTRY(kml_syscall_gate)
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)
	mrs	ip, cpsr
	cpsid	i, #SVC_MODE
	setend	le
	kml_say_user_mode ip
 THUMB(	orr	ip, ip, #PSR_T_BIT	)
	msr	spsr_cxsf, ip
	adr	lr, kml_syscall_gate_return
	b	vector_swi
	.align	2
	svc	#0
	.globl	kml_syscall_gate_return
kml_syscall_gate_return:
	bx	lr
 UNWIND(.fnend		)
ENDPROC(kml_syscall_gate)

/*
 * The call gate has nothing to do for a function of the program, NULL
 * included: it is called as any other, and faults as any other. Nor has it
 * for a function that the kernel has called back, which is on the kernel's
 * stack already.
 *
 * pt_regs of a call through the call gate are those that the program will have
 * when the call has returned: a signal handler, a debugger and a core dump see
 * the caller, not the gate.
 */
	.align	5
ENTRY(kml_call_gate)
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)
	cmp	ip, #TASK_SIZE
	blo	kml_plain_call
 THUMB(	orr	ip, ip, #1		)	@ symbols are known without it
	cmp	sp, #TASK_SIZE
	bhs	kml_plain_call
	cpsid	i, #SVC_MODE
	setend	le
	sub	sp, sp, #PT_REGS_SIZE
	stmia	sp, {r0 - r12}
 ARM(	add	r4, sp, #S_PC		)
 ARM(	stmdb	r4, {sp, lr}^		)
 THUMB(	mov	r4, sp			)
 THUMB(	store_user_sp_lr r4, r5, S_SP	)
 THUMB(	add	r4, sp, #S_PC		)
	ldr	r5, [sp, #S_LR]
	mov	r6, #USR_MODE
	bfi	r6, r5, #5, #1			@ PSR_T_BIT: bit 0 of the return address
	bic	r5, r5, #1
	mov	r7, #KML_CALL_GATE_ORIG_R0
	stmia	r4, {r5 - r7}			@ PC, PSR, ORIG_r0
	ldr	r8, [sp, #S_SP]
	reload_current r9, r10
	mov	r7, #-1
	str	r7, [r9, #TI_ABI_SYSCALL]
	zero_fp
	asm_trace_hardirqs_on
	enable_irq_notrace
	ct_user_exit
	sub	sp, sp, #4 * KML_STACK_WORDS
 USER(	ldmia	r8, {r4 - r11}		)
.Lkml_stack_words:
	stmia	sp, {r4 - r11}
	blx	ip
	add	sp, sp, #4 * KML_STACK_WORDS
	.if	KML_QUICK_WAY
	disable_irq_notrace
	get_thread_info r2
	ldr	r3, [r2, #TI_FLAGS]
	ldr	ip, [r2, #TASK_PTRACE]
	orrs	ip, ip, r3, lsl #16		@ the lower half: as in entry-common.S
	ldreq	ip, [sp, #S_OLD_R0]
	cmneq	ip, #-KML_CALL_GATE_ORIG_R0
	bne	kml_leave_call
	ldr	r3, [r2, #TI_TP_VALUE]
	mcr	p15, 0, r3, c13, c0, 3
	uaccess_enable r3			@ no exception return makes it take effect
	add	r3, sp, #S_R4
	ldmia	r3!, {r4 - r11}
 ARM(	ldmib	r3, {sp, lr}^		)
 THUMB(	load_user_sp_lr r3, r2, S_SP - S_IP	)
	add	sp, sp, #PT_REGS_SIZE
	mov	r2, #0				@ what the function has left in others is its caller's, but these
	mov	r3, #0				@ have addresses of the task
	cpsie	i, #SYSTEM_MODE
	bx	lr
	.endif

/* As from an interrupt: there is no system call to be restarted. After an exec, pt_regs are those of another program. */
kml_leave_call:
	ldr	r2, [sp, #S_OLD_R0]
	cmn	r2, #-KML_CALL_GATE_ORIG_R0
	stmiaeq	sp, {r0, r1}
	get_thread_info tsk
	mov	why, #0
	b	ret_to_user

/* Nothing is mapped there: the function has no such arguments, or would find as little itself */
9001:	b	.Lkml_stack_words

kml_plain_call:
	bx	ip
 UNWIND(.fnend		)
ENDPROC(kml_call_gate)
