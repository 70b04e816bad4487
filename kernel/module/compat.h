/* SPDX-License-Identifier: GPL-2.0-only */
/* What is called otherwise in Linux 6.1 than in 6.12, for which the core is written. */
#ifndef KML_COMPAT_H
#define KML_COMPAT_H

#include <linux/version.h>

/* Not before 6.4; the module knows it everywhere */
#ifndef PR_GET_AUXV
#define PR_GET_AUXV	0x41555856
#endif

struct ctl_table;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
typedef const struct ctl_table kml_host_setting;
#else
typedef struct ctl_table kml_host_setting;
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <asm/cpufeatures.h>

#define X86_FEATURE_FRED		X86_FEATURE_XENPV	/* not before 6.9 */
#define X86_FEATURE_USER_SHSTK		X86_FEATURE_XENPV	/* not before 6.6 */

#define PF_USER_WORKER			PF_IO_WORKER

#define mnt_idmap(mount)		mnt_user_ns(mount)

static inline const struct path *file_user_path(const struct file *file)
{
	return &file->f_path;
}

/* An empty entry ends the tables of this kernel */
static inline struct ctl_table_header *kml_register_sysctl(const char *path, const struct ctl_table *table, size_t count)
{
	static struct ctl_table ended[8];

	if (count >= ARRAY_SIZE(ended))
		return NULL;
	memcpy(ended, table, count * sizeof(*table));
	return register_sysctl(path, ended);
}
#undef register_sysctl
#define register_sysctl(path, table)	kml_register_sysctl(path, table, ARRAY_SIZE(table))

#define ftrace_regs_set_instruction_pointer(fregs, address)	ftrace_instruction_pointer_set(fregs, address)
#endif

#endif
