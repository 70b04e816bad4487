/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KML_X86_GATES_H
#define KML_X86_GATES_H

/*
 * orig_ax of a task inside the call gate. Its lower half is -1, which says "not
 * a system call" to everyone who asks; its upper half tells the call gate from
 * interrupts and exceptions.
 */
#define KML_CALL_GATE_ORIG_AX	0xcb4d4c43ffffffff

#ifndef __ASSEMBLY__
#include <asm/ptrace.h>
#include <asm/desc_defs.h>

/* Addresses only: not to be called from C */
extern const char kml_syscall_gate[], kml_syscall_gate_return[], kml_call_gate[];
extern const char kml_entry_syscall[];

extern const unsigned long kml_stubs[], kml_stub_jumps[];
extern struct desc_ptr kml_second_idt, kml_ordinary_idt;
extern unsigned long kml_stacks_start, kml_stacks_end;

/*
 * Called from assembly. The gates' two return true when nothing is pending and
 * nothing but regs->ax was changed: then the gate may return by RET.
 */
bool kml_do_syscall(struct pt_regs *regs, int number);
bool kml_do_call(struct pt_regs *regs);
bool kml_mend_mapping(unsigned long error_code);
#endif
#endif
