/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks of this architecture. pt_regs of a kernel-mode process always say
 * USR mode, and it runs in SYS mode, which has the same registers: what came
 * from SYS mode is made to say USR mode as it enters, and thread_info has the
 * mode bits that are put in as late as can be on the way out.
 */
#ifndef _ASM_ARM_KML_H
#define _ASM_ARM_KML_H

#include <asm/ptrace.h>

/* Of the PSR, what the program may have changed that pt_regs do not have: masks of interrupts, and the mode */
#define KML_PSR_PRIVILEGES	(PSR_I_BIT | PSR_F_BIT | (SYSTEM_MODE ^ USR_MODE))

#ifdef __ASSEMBLY__

#ifdef CONFIG_KERNEL_MODE_LINUX
#define KML_VECTOR(name, otherwise)	__##name##_sys
#else
#define KML_VECTOR(name, otherwise)	otherwise
#endif

/* An exception ends what CPSID began, as everything does that enters the kernel */
.macro kml_say_user_mode, psr
#ifdef CONFIG_KERNEL_MODE_LINUX
	bic	\psr, \psr, #KML_PSR_PRIVILEGES
#endif
.endm

/* rd: the mode bits of the current task, whose thread_info is ti */
.macro kml_load_mode, rd, ti
#ifdef CONFIG_KERNEL_MODE_LINUX
	ldr	\rd, [\ti, #TI_KML_MODE]
#endif
.endm

.macro kml_apply_mode, psr, mode
#ifdef CONFIG_KERNEL_MODE_LINUX
	orr	\psr, \psr, \mode
#endif
.endm

/*
 * Where the vectors go from SYS mode: SVC mode, r0 at { r0, lr, PSR } as saved
 * by the vector, and LR of no more use to anybody.
 */
.macro kml_entry, name
	.align	5
__\name\()_sys:
	ldr	lr, [r0, #8]
	kml_say_user_mode lr
	str	lr, [r0, #8]
	b	__\name\()_usr
ENDPROC(__\name\()_sys)
.endm

.macro kml_entries
#ifdef CONFIG_KERNEL_MODE_LINUX
	.irp	name, irq, dabt, pabt, und
	kml_entry \name
	.endr

	/*
	 * Only an FIQ can come while the kernel itself is in SYS mode, for the
	 * registers of a process (store_user_sp_lr). Its stack is not empty then.
	 */
	.align	5
__fiq_sys:
	add	lr, sp, #THREAD_SIZE - THREAD_START_SP
	movs	lr, lr, lsl #(32 - THREAD_SIZE_ORDER - PAGE_SHIFT)
	bne	__fiq_svc
	ldr	lr, [r0, #8]
	kml_say_user_mode lr
	str	lr, [r0, #8]
	b	__fiq_usr
ENDPROC(__fiq_sys)
#endif
.endm

#else /* !__ASSEMBLY__ */

#ifdef CONFIG_KERNEL_MODE_LINUX

#include <linux/kml.h>

void kml_close_access(void);
bool kml_mend(struct pt_regs *regs, unsigned int fsr, unsigned long address);

/* prev leaves the CPU, perhaps from within the call gate, where it may touch the program's memory */
#define kml_switch_from(prev) do {						\
	if (static_branch_unlikely(&kml_in_use) &&				\
	    task_thread_info(prev)->flags & _TIF_KML)				\
		kml_close_access();						\
} while (0)

/* The current process, in user mode as pt_regs have it, may use what is mapped for the kernel */
static inline bool kml_may_use_kernel_memory(void)
{
	return kml_current();
}

/* Whether an instruction that could not be fetched is to be fetched again */
static inline bool kml_mend_mapping(struct pt_regs *regs, unsigned int fsr, unsigned long address)
{
	return static_branch_unlikely(&kml_in_use) && kml_current() && kml_mend(regs, fsr, address);
}

void kml_show_gate_of_vdso(struct pt_regs *regs);

/* Somebody may see the registers of the current process: a system call of the gate comes from the vDSO then */
static inline void kml_show_gate(struct pt_regs *regs)
{
	if (kml_current())
		kml_show_gate_of_vdso(regs);
}

/* Whether a hardware breakpoint for the task, if it is for one, would never trigger */
static inline bool kml_never_triggers(struct task_struct *task)
{
	return task && test_tsk_thread_flag(task, TIF_KML);
}

/* The interrupted instruction may be one of the kernel's, but the stack is the program's */
static inline bool kml_is_program(struct pt_regs *regs)
{
	return user_mode(regs) && kml_current();
}

#else

#define kml_switch_from(prev) do { } while (0)
static inline void kml_show_gate(struct pt_regs *regs) { }
static inline bool kml_never_triggers(struct task_struct *task)
{
	return false;
}
static inline bool kml_is_program(struct pt_regs *regs)
{
	return false;
}
static inline bool kml_may_use_kernel_memory(void)
{
	return false;
}
static inline bool kml_mend_mapping(struct pt_regs *regs, unsigned int fsr, unsigned long address)
{
	return false;
}

#endif
#endif
#endif
