// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may look and reach into a kernel-mode process: who does can do what the
 * kernel can. That it is not dumpable keeps others away, but servers give that
 * up as they become ordinary users, to have a core when they fail.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/prctl.h>
#include <linux/sched/coredump.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include "kml.h"

static bool kml_may_trace_root(struct task_struct *task)
{
	return has_ns_capability_noaudit(task, &init_user_ns, CAP_SYS_PTRACE);
}

int kml_check_reach(struct task_struct *tracer, const struct task_struct *task)
{
	if (!kml_host_is_marked(task) || kml_host_is_marked(tracer) || kml_may_trace_root(tracer))
		return 0;
	return -EPERM;
}

/* A core has the kernel's addresses, in a file of the process's user */
int kml_check_prctl(int option, unsigned long argument)
{
	if (option != PR_SET_DUMPABLE || argument != SUID_DUMP_USER || !kml_current() || kml_may_trace_root(current))
		return 0;
	return -EPERM;
}

/*
 * A program that writes to a path of its caller's choice would write its own
 * code through /proc/self/mem, as its own memory is nobody else's business.
 */
int kml_check_open(const struct file *file)
{
	const struct dentry *name = file->f_path.dentry;

	if (!(file->f_mode & FMODE_WRITE) || !kml_current() || file_inode(file)->i_sb->s_magic != PROC_SUPER_MAGIC ||
	    strcmp(name->d_name.name, "mem") || kml_may_trace_root(current))
		return 0;
	return -EPERM;
}
