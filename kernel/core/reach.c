// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may look and reach into a kernel-mode process: who does can do what the
 * kernel can. That it is not dumpable keeps others away, but a program gives
 * that up with one harmless call, to have a core when it fails.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/user_namespace.h>
#include "kml.h"

int kml_check_reach(struct task_struct *tracer, const struct task_struct *task)
{
	if (!kml_host_is_marked(task) || kml_host_is_marked(tracer) ||
	    has_ns_capability_noaudit(tracer, &init_user_ns, CAP_SYS_PTRACE))
		return 0;
	return -EPERM;
}
