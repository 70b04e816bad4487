// SPDX-License-Identifier: GPL-2.0-only
/* The C part of the gates: what the quick way in gates.S does not do. */
#include <linux/entry-common.h>
#include <linux/init.h>
#include <linux/kasan.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <asm/fpu/api.h>
#include <asm/syscall.h>
#include <asm/vdso.h>
#include "../kml.h"
#include "gates.h"

/* A NOP as mark, SYSCALL, RET: as in vkml.S */
static const char kml_vdso_gate_code[] __initconst = "\x0f\x1f\x80KML\0\x0f\x05\xc3";
static unsigned long kml_vdso_gate_return __ro_after_init;

/* Where the system calls of the gate seem to come from. A task without a vDSO makes do with the kernel's text. */
static __always_inline unsigned long kml_system_call_return(void)
{
	const mm_context_t *context = &current->mm->context;

	if (!context->vdso || context->vdso_image != &vdso_image_64 || !kml_vdso_gate_return)
		return (unsigned long)kml_syscall_gate_return;
	return (unsigned long)context->vdso + kml_vdso_gate_return;
}

static __always_inline void kml_show_gate_of_vdso(struct pt_regs *regs)
{
	if (regs->ip == KML_SYSCALL_GATE_IP) {
		regs->ip = kml_system_call_return();
		/* What SYSCALL puts there */
		regs->cx = regs->ip;
		regs->r11 = regs->flags;
	}
}

/* Tracing, seccomp and audit see what they see of the instruction */
__visible noinstr void kml_show_gate(struct pt_regs *regs)
{
	kml_show_gate_of_vdso(regs);
}

/* Interrupts are off. The system call is done, and regs->ax its result. */
__visible noinstr void kml_leave_syscall(struct pt_regs *regs)
{
	instrumentation_begin();
	kml_show_gate_of_vdso(regs);
	local_irq_enable();
	instrumentation_end();
	syscall_exit_to_user_mode(regs);
}

/* The same for those of kml_full_system_calls[]: interrupts are on, and the gate was shown before */
__visible noinstr void kml_leave_full_syscall(struct pt_regs *regs)
{
	syscall_exit_to_user_mode(regs);
}

/*
 * The execve() of an ordinary process has come in by the ordinary entry, which
 * leaves by SYSRET if RCX and R11 are as after SYSCALL. A tracer may have made
 * them so; nothing can change them behind this. Programs start with neither.
 */
void kml_leave_exec(void)
{
	struct pt_regs *regs = current_pt_regs();

	clear_thread_flag(TIF_KML_EXEC);
	if (kml_current() && regs->cx == regs->ip)
		regs->cx = !regs->ip;
}

typedef unsigned long kml_function(unsigned long, unsigned long, unsigned long,
				   unsigned long, unsigned long, unsigned long);

__visible noinstr __nocfi void kml_do_call(struct pt_regs *regs)
{
	kml_function *function = (kml_function *)regs->ax;

	enter_from_user_mode(regs);
	instrumentation_begin();
	local_irq_enable();
	/* It may be given addresses of the program, which for KASAN are wrong by themselves */
	kasan_disable_current();
	regs->ax = function(regs->di, regs->si, regs->dx, regs->cx, regs->r8, regs->r9);
	kasan_enable_current();
	/* A tracer's step ends behind the call, as one over a system call does; IRETQ would take it one further */
	if (current_thread_info()->syscall_work & SYSCALL_WORK_SYSCALL_EXIT_TRAP)
		user_single_step_report(regs);
	local_irq_disable();
	instrumentation_end();
	irqentry_exit_to_user_mode(regs);
}

/*
 * The kernel leaves the vector registers of whoever had them last in place, as
 * it does not use them. Functions of the program that it has called back do.
 */
void kml_arch_switched_in(void)
{
	if (!(current->flags & (PF_KTHREAD | PF_USER_WORKER)) && current_pt_regs()->orig_ax == KML_CALL_GATE_ORIG_AX)
		switch_fpu_return();
}

/* Interrupts are off. The function has returned, and regs->ax is its result. */
__visible noinstr void kml_leave_call(struct pt_regs *regs)
{
	/* Not saved on the way in: whatever the stack held there is no one's business */
	regs->di = regs->si = regs->dx = regs->cx = 0;
	regs->r8 = regs->r9 = regs->r10 = regs->r11 = 0;
	regs->flags |= X86_EFLAGS_IF;
	irqentry_exit_to_user_mode(regs);
}

sys_call_ptr_t kml_system_calls[__NR_syscalls] __ro_after_init;

/*
 * Those that read or replace registers other than their arguments', or during
 * which a tracer may.
 */
static const unsigned int kml_full_system_calls[] __initconst = {
	__NR_fork, __NR_vfork, __NR_clone, __NR_clone3, __NR_execve, __NR_execveat,
	__NR_exit, __NR_exit_group, __NR_rt_sigreturn,
#ifdef __NR_uretprobe
	__NR_uretprobe,
#endif
};

__visible long kml_system_call_with_work(struct pt_regs *regs)
{
	kml_show_gate_of_vdso(regs);
	regs->ax = -ENOSYS;
	return sys_call_table[regs->orig_ax](regs);
}

void __init kml_gates_init(void)
{
	const char *image = vdso_image_64.data;
	unsigned long at;

	memcpy(kml_system_calls, sys_call_table, sizeof(kml_system_calls));
	for (at = 0; at < ARRAY_SIZE(kml_full_system_calls); at++)
		kml_system_calls[kml_full_system_calls[at]] = kml_full_system_call;
	/* RET is the last byte but the zero of the string */
	for (at = 0; at + sizeof(kml_vdso_gate_code) <= vdso_image_64.size; at++)
		if (!memcmp(image + at, kml_vdso_gate_code, sizeof(kml_vdso_gate_code) - 1))
			kml_vdso_gate_return = at + sizeof(kml_vdso_gate_code) - 2;
}

unsigned long kml_arch_syscall_gate(void)
{
	return (unsigned long)kml_syscall_gate;
}

unsigned long kml_arch_call_gate(void)
{
	return (unsigned long)kml_call_gate;
}
