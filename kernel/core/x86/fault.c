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
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/pgtable.h>
#include <asm/trap_pf.h>
#include "../kml.h"
#include "gates.h"

/* Address bits that one level of page tables resolves */
#define KML_LEVEL_BITS	9

/* How long a task that is being killed still waits for its memory, in jiffies: longer than a busy disk takes */
#define KML_DYING_PATIENCE	(5 * HZ)

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

/* Whether the program may do there what was tried. The lock of the address space is held. */
static bool kml_may_access(struct mm_struct *mm, unsigned long address, unsigned long error_code)
{
	unsigned long needed = error_code & X86_PF_INSTR ? VM_EXEC : error_code & X86_PF_WRITE ? VM_WRITE : VM_READ;
	const struct vm_area_struct *vma = vma_lookup(mm, address);

	return vma && vma->vm_flags & needed;
}

/*
 * For a task that is being killed: the function that it has called has no way
 * out, so it should come to its end, but not wait for memory that somebody
 * provides who may never do so. The lock of the address space is held, and may
 * be another time's afterwards.
 */
static int kml_fault_in_dying(struct mm_struct *mm, unsigned long address, unsigned long error_code,
			      unsigned int flags)
{
	unsigned long end = jiffies + KML_DYING_PATIENCE;

	while (kml_may_access(mm, address, error_code)) {
		vm_fault_t result = handle_mm_fault(vma_lookup(mm, address), address,
						    flags | FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT, NULL);

		if (result & VM_FAULT_COMPLETED)
			mmap_read_lock(mm);
		if (!(result & VM_FAULT_RETRY))
			return result & VM_FAULT_ERROR ? -EFAULT : 0;
		if (time_after(jiffies, end))
			return -EINTR;
		mmap_read_unlock(mm);
		schedule_timeout_uninterruptible(1);
		mmap_read_lock(mm);
	}
	return -EFAULT;
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
	struct mm_struct *mm = current->mm;
	unsigned int flags = error_code & X86_PF_WRITE ? FAULT_FLAG_WRITE : 0;
	bool unlocked = false, may_access;
	int error = -EFAULT;

	if (!kml_current() || !mm || task_pt_regs(current)->orig_ax != KML_CALL_GATE_ORIG_AX)
		return false;
	if (user_mode(regs) || address >= TASK_SIZE_MAX)
		return false;
	if (faulthandler_disabled() || !(regs->flags & X86_EFLAGS_IF) || (regs->flags & X86_EFLAGS_AC))
		return false;
	local_irq_enable();
	mmap_read_lock(mm);
	/* fixup_user_fault() knows nothing of execution, which a callback needs */
	if (kml_may_access(mm, address, error_code))
		error = fixup_user_fault(mm, address, flags, &unlocked);
	if (error == -EINTR)
		error = kml_fault_in_dying(mm, address, error_code, flags);
	may_access = kml_may_access(mm, address, error_code);
	mmap_read_unlock(mm);
	/*
	 * Nothing brings it in any more: the OOM killer has taken the memory away, its file has become shorter, or
	 * whoever was to provide it does not. As after an oops, the locks of the function stay locked; but neither the
	 * kernel nor the program has made a mistake.
	 */
	if (error && (may_access || fatal_signal_pending(current)))
		do_group_exit(fatal_signal_pending(current) ? SIGKILL : SIGBUS);
	return !error;
}
