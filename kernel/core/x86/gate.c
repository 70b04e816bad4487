// SPDX-License-Identifier: GPL-2.0-only
/* The C part of the gates: what happens on the task's kernel stack. */
#include <linux/context_tracking.h>
#include <linux/entry-common.h>
#include <asm/syscall.h>
#include "../kml.h"
#include "gates.h"

/* Thread flags that a return to user space does not look at */
#define KML_QUIET_FLAGS	(_TIF_KML | _TIF_SSBD | _TIF_SPEC_IB | _TIF_POLLING_NRFLAG)

/*
 * Most passages of a gate have nothing to account for on the way in and
 * nothing to see to on the way out. Where someone keeps books on every entry,
 * the passage takes the general way.
 */
static __always_inline bool passage_is_unobserved(void)
{
	return !IS_ENABLED(CONFIG_TRACE_IRQFLAGS) && !context_tracking_enabled() &&
	       !READ_ONCE(current_thread_info()->syscall_work);
}

/* Interrupts are off. Whether the gate may return by RET, all registers being what they were. */
static __always_inline bool may_return_at_once(const struct pt_regs *regs, unsigned long entered_at)
{
	return (READ_ONCE(current_thread_info()->flags) & (_TIF_KML | ~KML_QUIET_FLAGS)) == _TIF_KML &&
	       !READ_ONCE(current_thread_info()->syscall_work) && !READ_ONCE(current->ptrace) &&
	       regs->ip == entered_at && !(regs->flags & (X86_EFLAGS_TF | X86_EFLAGS_RF));
}

__visible noinstr bool kml_do_syscall(struct pt_regs *regs, int number)
{
	unsigned long ip = regs->ip;

	if (!passage_is_unobserved() || (unsigned int)number >= NR_syscalls) {
		/* Tracing, seccomp and audit see what they see of the instruction */
		do_syscall_64(regs, number);
		return false;
	}
	instrumentation_begin();
	local_irq_enable();
	regs->ax = x64_sys_call(regs, number);
	local_irq_disable();
	/* sigreturn says -1 here: it has replaced all registers */
	if (likely(may_return_at_once(regs, ip) && regs->orig_ax != -1)) {
		instrumentation_end();
		return true;
	}
	local_irq_enable();
	instrumentation_end();
	syscall_exit_to_user_mode(regs);
	return false;
}

typedef unsigned long kml_function(unsigned long, unsigned long, unsigned long,
				   unsigned long, unsigned long, unsigned long);

__visible noinstr __nocfi bool kml_do_call(struct pt_regs *regs)
{
	kml_function *function = (kml_function *)regs->ax;
	bool unobserved = passage_is_unobserved();
	unsigned long ip = regs->ip;

	if (!unobserved)
		enter_from_user_mode(regs);
	instrumentation_begin();
	local_irq_enable();
	regs->ax = function(regs->di, regs->si, regs->dx, regs->cx, regs->r8, regs->r9);
	local_irq_disable();
	instrumentation_end();
	if (likely(unobserved && may_return_at_once(regs, ip)))
		return true;
	irqentry_exit_to_user_mode(regs);
	return false;
}

unsigned long kml_arch_syscall_gate(void)
{
	return (unsigned long)kml_syscall_gate;
}

unsigned long kml_arch_call_gate(void)
{
	return (unsigned long)kml_call_gate;
}
