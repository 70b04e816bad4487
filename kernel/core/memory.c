// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the program that a called function touches, and that is not there
 * yet: the kernel's own functions would call that a bug.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include "kml.h"

/* How long a task that is being killed still waits for its memory, in jiffies: longer than a busy disk takes */
#define KML_DYING_PATIENCE	(5 * HZ)

/* Whether the program may do there what was tried. The lock of the address space is held. */
static bool kml_may_access(struct mm_struct *mm, unsigned long address, unsigned long needed)
{
	const struct vm_area_struct *vma = vma_lookup(mm, address);

	return vma && vma->vm_flags & needed;
}

/*
 * For a task that is being killed: the function that it has called has no way
 * out, so it should come to its end, but not wait for memory that somebody
 * provides who may never do so. The lock of the address space is held, and may
 * be another time's afterwards.
 */
static int kml_bring_in_dying(struct mm_struct *mm, unsigned long address, unsigned long needed, unsigned int flags)
{
	unsigned long end = jiffies + KML_DYING_PATIENCE;

	while (kml_may_access(mm, address, needed)) {
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

bool kml_bring_in(unsigned long address, unsigned long needed)
{
	struct mm_struct *mm = current->mm;
	unsigned int flags = needed == VM_WRITE ? FAULT_FLAG_WRITE : 0;
	bool unlocked = false, may_access;
	int error = -EFAULT;

	mmap_read_lock(mm);
	/* fixup_user_fault() knows nothing of execution, which a callback needs */
	if (kml_may_access(mm, address, needed))
		error = fixup_user_fault(mm, address, flags, &unlocked);
	if (error == -EINTR)
		error = kml_bring_in_dying(mm, address, needed, flags);
	may_access = kml_may_access(mm, address, needed);
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
