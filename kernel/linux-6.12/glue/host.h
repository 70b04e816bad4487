/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core asks of its host. This host is the kernel itself, patched: a
 * task is marked by a thread flag, and __switch_to() looks at it.
 */
#ifndef KML_HOST_H
#define KML_HOST_H

#include <linux/irqflags.h>
#include <linux/jump_label.h>
#include <linux/kml.h>
#include <linux/preempt.h>
#include <linux/sched.h>

/* Opens the way to kml_return_to_user on every return to user space. May sleep. */
static inline void kml_host_first_use(void)
{
	static_branch_enable(&kml_in_use);
}

/*
 * Marks the current task as kernel-mode process, or as ordinary one, and what
 * its program has asked for. Children inherit both. A gate
 * that is under way must not return to the program that was, nor SYSRET to
 * ring 3 in kernel mode: the second flag tells both.
 */
static inline void kml_host_mark_current(bool on, bool executable_memory)
{
	unsigned long flags;

	if (on || kml_current())
		set_thread_flag(TIF_KML_EXEC);
	update_thread_flag(TIF_KML_EXECUTABLE_MEMORY, executable_memory);
	local_irq_save(flags);
	if (on != kml_current()) {
		update_thread_flag(TIF_KML, on);
		kml_arch_switch(on);
	}
	local_irq_restore(flags);
}

static inline bool kml_host_is_marked(const struct task_struct *task)
{
	return READ_ONCE(task_thread_info(task)->flags) & _TIF_KML;
}

static inline bool kml_host_executable_memory(void)
{
	return test_thread_flag(TIF_KML_EXECUTABLE_MEMORY);
}

#endif
