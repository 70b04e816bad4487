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

/*
 * Called before kml_host_mark_current(true, ...), while it can still be refused: opens the way to kml_return_to_user on
 * every return to user space. May sleep.
 */
static inline bool kml_host_prepare_current(void)
{
	static_branch_enable(&kml_in_use);
	return true;
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

/* What a function that serves a setting is given */
struct ctl_table;
typedef const struct ctl_table kml_host_setting;

/* Thread flags of this host that a return to a kernel-mode process need not look at */
#define KML_HOST_QUIET_FLAGS	0

/* The function is called when the machine comes back from suspend, on the one CPU that runs then; at most one */
void kml_host_watch_resume(void (*function)(void));
void kml_host_unwatch_resume(void);

static inline bool kml_host_executable_memory(void)
{
	return test_thread_flag(TIF_KML_EXECUTABLE_MEMORY);
}

#endif
