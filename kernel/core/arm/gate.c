// SPDX-License-Identifier: GPL-2.0-only
/* The C part of the gates, and of what makes a task a kernel-mode process. */
#include <linux/init.h>
#include <linux/thread_info.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/kml.h>
#include <asm/ptrace.h>
#include <asm/vdso.h>
#include "../kml.h"
#include "gates.h"

/* A mark, SVC, BX LR: as in vkml.S */
static const char kml_vdso_gate_code[] __initconst = "KML\0\0\0\0\xef\x1e\xff\x2f\xe1";
static unsigned long kml_vdso_gate_return __ro_after_init;

extern char vdso_start[], vdso_end[];

/* Without a vDSO, it goes on coming from the kernel's text */
void kml_show_gate_of_vdso(struct pt_regs *regs)
{
	if (regs->ARM_pc != (unsigned long)kml_syscall_gate_return || !current->mm->context.vdso || !kml_vdso_gate_return)
		return;
	regs->ARM_pc = current->mm->context.vdso + kml_vdso_gate_return;
	regs->ARM_cpsr &= ~PSR_T_BIT;
}

static void __init kml_find_gate_of_vdso(void)
{
	const size_t size = sizeof(kml_vdso_gate_code) - 1, behind_svc = size - 4;
	const char *at;

	for (at = vdso_start; at + size <= vdso_end; at += 4)
		if (!memcmp(at, kml_vdso_gate_code, size))
			kml_vdso_gate_return = at + behind_svc - vdso_start;
}

/* All returns to user space look at it; interrupts and system calls enter by their mode */
void kml_arch_switch(bool on)
{
	current_thread_info()->kml_mode = on ? SYSTEM_MODE ^ USR_MODE : 0;
}

/* What could stand against it does so in Kconfig already */
const char *__init kml_arch_init(void)
{
	kml_find_gate_of_vdso();
	return NULL;
}

/* All is in the task and in the tables of the kernel as it was linked: nothing was made that could be undone */
void kml_arch_exit(void)
{
}

unsigned long kml_arch_syscall_gate(void)
{
	return (unsigned long)kml_syscall_gate;
}

unsigned long kml_arch_call_gate(void)
{
	return (unsigned long)kml_call_gate;
}
