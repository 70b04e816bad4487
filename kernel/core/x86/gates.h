/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KML_X86_GATES_H
#define KML_X86_GATES_H

/*
 * orig_ax of a task inside the call gate. Its lower half is -1, which says "not
 * a system call" to everyone who asks; its upper half tells the call gate from
 * interrupts and exceptions.
 */
#define KML_CALL_GATE_ORIG_AX	0xcb4d4c43ffffffff

/* Where a system call of the gate comes from, until somebody asks (kml_show_gate): no address, as programs may see it */
#define KML_SYSCALL_GATE_IP	0

#ifndef __ASSEMBLY__
#include <asm/ptrace.h>
#include <asm/desc_defs.h>
#include <asm/pgtable_types.h>
#include <asm/syscall.h>

/* Addresses only: not to be called from C */
extern const char kml_syscall_gate[], kml_syscall_gate_return[], kml_call_gate[];
extern const char kml_entry_syscall[];

extern const unsigned long kml_stubs[], kml_stub_jumps[];
extern struct desc_ptr kml_second_idt, kml_ordinary_idt;
extern unsigned long kml_stacks_start, kml_stacks_end;

/* What SYSCALL and the system-call gate call, by number */
extern sys_call_ptr_t kml_system_calls[];

void kml_gates_init(void);

/* One of them: saves the registers first that others do without */
long kml_full_system_call(const struct pt_regs *regs);

/* Called from assembly */
long kml_system_call_with_work(struct pt_regs *regs);
void kml_show_gate(struct pt_regs *regs);
void kml_leave_syscall(struct pt_regs *regs);
void kml_leave_full_syscall(struct pt_regs *regs);
void kml_do_call(struct pt_regs *regs);
void kml_leave_call(struct pt_regs *regs);
bool kml_mend_mapping(unsigned long error_code);

/*
 * What lies below this entry of a top-level page table becomes supervisor memory; see fault.c. Atomic, as another CPU
 * may be changing the entry.
 */
static __always_inline void kml_make_supervisor(u64 *entry)
{
	/* Page-table isolation makes user entries of the kernel's page table not executable */
	u64 keep = ~(u64)(_PAGE_USER | _PAGE_NX);

	asm volatile("lock andq %1, %0" : "+m" (*entry) : "r" (keep));
}
#endif
#endif
