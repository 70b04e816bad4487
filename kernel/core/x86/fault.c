// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of kernel-mode processes.
 *
 * CPL 0 cannot execute user pages (SMEP) nor access them (SMAP), and both stay
 * on. But whether a page is a user page is the AND of the user bits of all
 * levels: one clear bit in the top-level entry makes everything below it
 * supervisor memory. The kernel creates such entries with the bit set; the
 * first access at CPL 0 through one faults, and the bit is cleared here. That
 * happens a few times in the life of a process and needs no hook in the code
 * that builds page tables.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/pgtable.h>
#include <asm/trap_pf.h>
#include "../kml.h"
#include "gates.h"

/* Address bits that one level of page tables resolves */
#define KML_LEVEL_BITS	9

/* What the leaf entry of an address allows, with the levels above it */
static __always_inline bool kml_walk_allows(u64 *entry, unsigned long address, unsigned long error_code)
{
	int shift = PGDIR_SHIFT;
	bool writable = true, executable = true;
	u64 value = READ_ONCE(*entry);

	for (;;) {
		writable &= !!(value & _PAGE_RW);
		executable &= !(value & _PAGE_NX);
		if (shift == PAGE_SHIFT || (shift <= PUD_SHIFT && (value & _PAGE_PSE)))
			break;
		shift -= KML_LEVEL_BITS;
		entry = (u64 *)__va(value & PTE_PFN_MASK) + ((address >> shift) & (PTRS_PER_PTE - 1));
		value = READ_ONCE(*entry);
		if (!(value & _PAGE_PRESENT))
			return true;	/* changed under us: the retry will tell */
	}
	if (!(value & _PAGE_USER))
		return false;
	return (writable || !(error_code & X86_PF_WRITE)) && (executable || !(error_code & X86_PF_INSTR));
}

/*
 * A protection fault at CPL 0 while a kernel-mode process is current. Returns
 * true when the access is to be tried again; false for a fault that is not
 * about the user bit. Runs on the kml stack with interrupts off, which also
 * keeps the page tables from being freed.
 */
noinstr bool kml_mend_mapping(unsigned long error_code)
{
	unsigned long address = native_read_cr2();
	u64 *entry;

	if (address >= TASK_SIZE_MAX || (error_code & (X86_PF_PK | X86_PF_RSVD)))
		return false;
	entry = (u64 *)__va(__native_read_cr3() & CR3_ADDR_MASK) + (address >> PGDIR_SHIFT);
	if (READ_ONCE(*entry) & _PAGE_USER) {
		kml_make_supervisor(entry);
		return true;
	}
	if (!(READ_ONCE(*entry) & _PAGE_PRESENT))
		return true;
	/* Another thread has cleared the bit, and this CPU still remembers it set? */
	if (!kml_walk_allows(entry, address, error_code))
		return false;
	asm volatile("invlpg (%0)" : : "r" (address) : "memory");
	return true;
}

/*
 * Someone in the kernel has touched memory of the program that is not there
 * yet. If it was a function that was called through the call gate, brings the
 * memory in. Returns true when the access is to be tried again.
 *
 * Accesses with AC set are the kernel's own, with a way out of their faults.
 */
bool kml_fault_in(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	unsigned long needed = error_code & X86_PF_INSTR ? VM_EXEC : error_code & X86_PF_WRITE ? VM_WRITE : VM_READ;

	if (!kml_current() || !current->mm || task_pt_regs(current)->orig_ax != KML_CALL_GATE_ORIG_AX)
		return false;
	if (user_mode(regs) || address >= TASK_SIZE_MAX)
		return false;
	if (faulthandler_disabled() || !(regs->flags & X86_EFLAGS_IF) || (regs->flags & X86_EFLAGS_AC))
		return false;
	local_irq_enable();
	return kml_bring_in(address, needed);
}
