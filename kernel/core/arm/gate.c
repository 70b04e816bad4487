// SPDX-License-Identifier: GPL-2.0-only
/* The C part of the gates, and of what makes a task a kernel-mode process. */
#include <linux/init.h>
#include <linux/thread_info.h>
#include <asm/ptrace.h>
#include "../kml.h"
#include "gates.h"

/* All returns to user space look at it; interrupts and system calls enter by their mode */
void kml_arch_switch(bool on)
{
	current_thread_info()->kml_mode = on ? SYSTEM_MODE ^ USR_MODE : 0;
}

/* What could stand against it does so in Kconfig already */
const char *__init kml_arch_init(void)
{
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
