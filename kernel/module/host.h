/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core asks of its host. This host is a module in a kernel that knows nothing of it: a task is marked by a
 * thread flag that the kernel leaves free, and a preempt notifier looks at it.
 */
#ifndef KML_HOST_H
#define KML_HOST_H

#include <linux/sched.h>
#include <linux/thread_info.h>
#include "compat.h"
#include "symbols.h"

/* Free on x86 in all kernels that this is made for; fork copies them */
#define TIF_KML				26
#define _TIF_KML			(1 << TIF_KML)
#define TIF_KML_EXEC			28
#define TIF_KML_EXECUTABLE_MEMORY	30
#define _TIF_KML_EXECUTABLE_MEMORY	(1 << TIF_KML_EXECUTABLE_MEMORY)

/* Thread flags of this host that a return to a kernel-mode process need not look at: what is told to us by it */
#define KML_HOST_QUIET_FLAGS		_TIF_USER_RETURN_NOTIFY

static __always_inline bool kml_current(void)
{
	return READ_ONCE(current_thread_info()->flags) & _TIF_KML;
}

/* Called before kml_host_mark_current(true, ...), while it can still be refused. May sleep. */
bool kml_host_prepare_current(void);

/* Marks the current task as kernel-mode process, or as ordinary one, and what its program has asked for */
void kml_host_mark_current(bool on, bool executable_memory);

static inline bool kml_host_is_marked(const struct task_struct *task)
{
	return READ_ONCE(task_thread_info(task)->flags) & _TIF_KML;
}

static inline bool kml_host_executable_memory(void)
{
	return test_thread_flag(TIF_KML_EXECUTABLE_MEMORY);
}

/* The function is called when the machine comes back from suspend, on the one CPU that runs then; at most one */
void kml_host_watch_resume(void (*function)(void));
void kml_host_unwatch_resume(void);

/* Inside of this host */

/* host.c: a child of the current process, a kernel-mode one, is about to run for the first time. May sleep. */
void kml_host_mark_child(struct task_struct *child);
int kml_host_init(void);
void kml_host_exit(void);

/* hooks.c: NULL, or what stands against it. The end is also for a beginning that came half the way. */
const char *kml_hooks_init(void);
void kml_hooks_exit(void);

/* auxv.c: tells the new program where the gates are */
struct linux_binprm;
void kml_tell_gates(struct linux_binprm *bprm);
/* Returns the size of the auxiliary vector, or a negative errno */
long kml_get_auxv(void __user *to, unsigned long size);

/* exits.S: exec, as an entry of kml_system_calls[]; it leaves nothing of this module behind on the stack */
long kml_exec_system_call(const struct pt_regs *regs);

#endif
