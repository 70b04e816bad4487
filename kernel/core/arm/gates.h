/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KML_ARM_GATES_H
#define KML_ARM_GATES_H

/*
 * ORIG_r0 of a task inside the call gate, whose number of the system call is
 * -1, "none". Interrupts and exceptions have another ORIG_r0, and system calls
 * another number.
 */
#define KML_CALL_GATE_ORIG_R0	-2

/* Words that the call gate takes over from the program's stack: arguments behind the first four */
#define KML_STACK_WORDS		8

#ifndef __ASSEMBLY__
#include <linux/sched/task_stack.h>
#include <asm/ptrace.h>

/* Addresses only: not to be called from C */
extern const char kml_syscall_gate[], kml_syscall_gate_return[], kml_call_gate[];

static inline bool kml_in_call_gate(void)
{
	return current_pt_regs()->ARM_ORIG_r0 == KML_CALL_GATE_ORIG_R0 && current_thread_info()->abi_syscall == -1U;
}
#endif
#endif
