// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of kernel-mode processes.
 *
 * The kernel maps the memory of processes so that privileged modes cannot
 * execute it (PXN), and does not touch it itself except where it means to
 * (PAN). Both stay on. Of a kernel-mode process, PXN is taken away where the CPU
 * trips over it. That happens a few times in the life of a process, and needs
 * no hook in the code that builds page tables.
 *
 * A function that was called through the call gate may touch the program's
 * memory. PAN is a state of the CPU here, so it ends when another task is
 * switched to, and comes back when the function trips over it.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/domain.h>
#include <asm/kml.h>
#include <asm/pgalloc.h>
#include <asm/proc-fns.h>
#include <asm/tlbflush.h>
#include "../kml.h"
#include "../../../arch/arm/mm/fault.h"
#include "gates.h"

#ifdef CONFIG_CPU_TTBR0_PAN
#define KML_TTBCR_CLOSED	(TTBCR_EPD0 | TTBCR_A1 | TTBCR_T0SZ_MASK)
#endif

/* Interrupts are off; the state is that of the task that leaves the CPU */
void kml_close_access(void)
{
#if defined(CONFIG_CPU_SW_DOMAIN_PAN)
	set_domain(DACR_UACCESS_DISABLE);
#elif defined(CONFIG_CPU_TTBR0_PAN)
	cpu_set_ttbcr(cpu_get_ttbcr() | KML_TTBCR_CLOSED);
	isb();
#endif
}

/* Lets whoever was interrupted in the kernel touch the program's memory; false if it could already */
static bool kml_open_access(struct pt_regs *regs)
{
#if defined(CONFIG_CPU_SW_DOMAIN_PAN)
	u32 *state = &to_svc_pt_regs(regs)->dacr;
	u32 open = DACR_UACCESS_ENABLE;
#elif defined(CONFIG_CPU_TTBR0_PAN)
	u32 *state = &to_svc_pt_regs(regs)->ttbcr;
	u32 open = *state & ~KML_TTBCR_CLOSED;
#else
	u32 none = 0, *state = &none, open = 0;
#endif
	bool closed = *state != open;

	*state = open;
	return closed;
}

#ifdef CONFIG_ARM_LPAE
static bool kml_allow_huge_page(struct mm_struct *mm, unsigned long address, pmd_t *pmd)
{
	spinlock_t *lock = pmd_lock(mm, pmd);
	bool allowed = pmd_present(*pmd) && pmd_leaf(*pmd) && pmd_val(*pmd) & PMD_SECT_PXN;

	if (allowed)
		set_pmd_at(mm, address & PMD_MASK, pmd, __pmd(pmd_val(*pmd) & ~PMD_SECT_PXN));
	spin_unlock(lock);
	return allowed;
}

/* The bit is in each page's entry. All those of a table at once: where one is executed, its neighbours will be. */
static bool kml_allow_pages(struct mm_struct *mm, unsigned long address, pmd_t *pmd)
{
	unsigned long start = address & PMD_MASK, at;
	spinlock_t *lock;
	pte_t *entries = pte_offset_map_lock(mm, pmd, start, &lock);
	bool allowed = false;

	if (!entries)
		return false;
	for (at = 0; at < PTRS_PER_PTE; at++) {
		pte_t entry = entries[at];

		if (!pte_present(entry) || !(pte_val(entry) & PTE_EXT_PXN))
			continue;
		set_pte_at(mm, start + at * PAGE_SIZE, &entries[at], __pte(pte_val(entry) & ~PTE_EXT_PXN));
		allowed = true;
	}
	pte_unmap_unlock(entries, lock);
	return allowed;
}

static bool kml_allow_execution(struct mm_struct *mm, unsigned long address)
{
	bool allowed = false;
	pmd_t *pmd;

	mmap_read_lock(mm);
	if (!pud_none(*pud_offset(p4d_offset(pgd_offset(mm, address), address), address))) {
		pmd = pmd_off(mm, address);
		allowed = pmd_leaf(*pmd) ? kml_allow_huge_page(mm, address, pmd) : kml_allow_pages(mm, address, pmd);
	}
	mmap_read_unlock(mm);
	return allowed;
}
#else
/* The bit is in the two entries of the first level that lead to a page of second-level entries */
static bool kml_allow_execution(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = pmd_off(mm, address);
	spinlock_t *lock = pmd_lock(mm, pmd);
	bool allowed = (pmd_val(pmd[0]) & PMD_TYPE_MASK) == PMD_TYPE_TABLE && pmd_val(pmd[0]) & PMD_PXNTABLE;

	if (allowed) {
		pmd[0] = __pmd(pmd_val(pmd[0]) & ~PMD_PXNTABLE);
		pmd[1] = __pmd(pmd_val(pmd[1]) & ~PMD_PXNTABLE);
		flush_pmd_entry(pmd);
	}
	spin_unlock(lock);
	return allowed;
}
#endif

static bool kml_is_permission_fault(unsigned int fsr)
{
#ifdef CONFIG_ARM_LPAE
	return (fsr_fs(fsr) & FS_MMU_NOLL_MASK) == FS_PERM_NOLL;
#else
	return fsr_fs(fsr) == FS_L1_PERM || fsr_fs(fsr) == FS_L2_PERM;
#endif
}

/*
 * An instruction of the current process could not be fetched, or one of a
 * function of it that the kernel has called back. Returns true when it was for
 * PXN or PAN, which do not stand against it any more.
 */
bool kml_mend(struct pt_regs *regs, unsigned int fsr, unsigned long address)
{
	struct mm_struct *mm = current->mm;

	if (!mm || address >= TASK_SIZE || !interrupts_enabled(regs))
		return false;
	if (!user_mode(regs)) {
		if (!kml_in_call_gate() || faulthandler_disabled())
			return false;
		if (kml_open_access(regs))
			return true;
	}
	if (!kml_is_permission_fault(fsr))
		return false;
	local_irq_enable();
	if (!kml_allow_execution(mm, address))
		return false;
	flush_tlb_mm(mm);
	return true;
}

/*
 * Someone in the kernel has touched memory of the program that is not there
 * yet, or that PAN keeps closed. If it was a function that was called through
 * the call gate, opens it, or brings it in. Returns true when the access is to
 * be tried again.
 */
bool kml_fault_in(struct pt_regs *regs, unsigned long fsr, unsigned long address)
{
	bool write = fsr & FSR_WRITE && !(fsr & FSR_CM);
	unsigned long needed = fsr & FSR_LNX_PF ? VM_EXEC : write ? VM_WRITE : VM_READ;

	if (!kml_current() || !current->mm || user_mode(regs) || address >= TASK_SIZE || in_interrupt() || !kml_in_call_gate())
		return false;
	if (kml_open_access(regs))
		return true;
	if (faulthandler_disabled() || !interrupts_enabled(regs))
		return false;
	local_irq_enable();
	return kml_bring_in(address, needed);
}
