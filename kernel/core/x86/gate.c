// SPDX-License-Identifier: GPL-2.0-only
/* The C part of the gates: what happens on the task's kernel stack. */
#include <linux/entry-common.h>
#include <asm/syscall.h>
#include "../kml.h"
#include "gates.h"

/* What must be as it was for the gate to return by RET instead of IRET */
struct gate_state {
	unsigned long ip, sp, flags;
};

static __always_inline struct gate_state gate_state_of(const struct pt_regs *regs)
{
	return (struct gate_state){ regs->ip, regs->sp, regs->flags };
}

static __always_inline bool gate_may_return(const struct pt_regs *regs, struct gate_state entered)
{
	return kml_current() && regs->ip == entered.ip && regs->sp == entered.sp && regs->flags == entered.flags &&
	       !(regs->flags & (X86_EFLAGS_TF | X86_EFLAGS_RF));
}

/* The whole of do_syscall_64(), so that tracing, seccomp and audit see what they see of the instruction */
__visible noinstr bool kml_do_syscall(struct pt_regs *regs, int number)
{
	struct gate_state entered = gate_state_of(regs);

	do_syscall_64(regs, number);
	/* sigreturn says -1 here: it has replaced all registers, flags included */
	return regs->orig_ax != -1 && gate_may_return(regs, entered);
}

typedef unsigned long kml_function(unsigned long, unsigned long, unsigned long,
				   unsigned long, unsigned long, unsigned long);

__visible noinstr __nocfi bool kml_do_call(struct pt_regs *regs)
{
	struct gate_state entered = gate_state_of(regs);

	enter_from_user_mode(regs);
	instrumentation_begin();
	local_irq_enable();
	regs->ax = ((kml_function *)regs->ax)(regs->di, regs->si, regs->dx, regs->cx, regs->r8, regs->r9);
	local_irq_disable();
	instrumentation_end();
	irqentry_exit_to_user_mode(regs);
	return gate_may_return(regs, entered);
}

unsigned long kml_arch_syscall_gate(void)
{
	return (unsigned long)kml_syscall_gate;
}

unsigned long kml_arch_call_gate(void)
{
	return (unsigned long)kml_call_gate;
}
