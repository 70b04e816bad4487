// SPDX-License-Identifier: GPL-2.0-only
/* What the assembly has to know of the kernel's structures; becomes offsets.h. */
#include <linux/kbuild.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include "../kml.h"

/* Thread flags that a return to a kernel-mode process does not look at */
#define KML_QUIET_FLAGS	(_TIF_KML | _TIF_KML_EXECUTABLE_MEMORY | _TIF_SSBD | _TIF_SPEC_IB | _TIF_POLLING_NRFLAG | \
			 KML_HOST_QUIET_FLAGS)

/* UPROBE_TRAP_NR of arch/x86/kernel/uprobes.c, as CMPL takes it: thread.trap_nr while a uprobe is being stepped */
#define KML_UPROBE_TRAP_NR	-1

static void __used kml_offsets(void)
{
	OFFSET(TASK_FLAGS, task_struct, thread_info.flags);
	OFFSET(TASK_SYSCALL_WORK, task_struct, thread_info.syscall_work);
	OFFSET(TASK_PTRACE, task_struct, ptrace);
	OFFSET(TASK_TRAP_NR, task_struct, thread.trap_nr);
	DEFINE(UPROBE_TRAP_NR, KML_UPROBE_TRAP_NR);
	DEFINE(KML_WORK_FLAGS, (int)~KML_QUIET_FLAGS);
}
