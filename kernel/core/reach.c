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
	/* That the tracer is in kernel mode itself does not help: it stays the tracer when it executes another program */
	if (!kml_host_is_marked(task) || kml_may_trace_root(tracer))
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
 * Files of /proc that are the memory of a process, or have the addresses of the gates. A program that writes to a path
 * of its caller's choice would write its own code, and one that reads would tell where the kernel is: what a process
 * does to itself is nobody else's business.
 */
static bool kml_is_inside_of_process(const struct file *file)
{
	const unsigned char *name = file->f_path.dentry->d_name.name;

	return file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC && (!strcmp(name, "mem") || !strcmp(name, "auxv"));
}

int kml_check_open(const struct file *file)
{
	if (!kml_current() || !kml_is_inside_of_process(file) || kml_may_trace_root(current))
		return 0;
	return -EPERM;
}
