// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bytes may execute in a kernel-mode process after its start: those of
 * files that only root can change. Memory that the process can write, or whose
 * content comes from nowhere, only if root has allowed it.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/sched.h>
#include "kml.h"
#include "place.h"
#include "settings.h"

bool kml_executable_memory_allowed(bool asked_for)
{
	enum kml_executable_memory allowed = kml_setting_executable_memory();

	return allowed == KML_EXECUTABLE_MEMORY_ALWAYS || (allowed == KML_EXECUTABLE_MEMORY_ASKED_FOR && asked_for);
}

/* Of memfd_create(), shmget() and the like: a file for the kernel alone, which no directory has */
static bool kml_is_memory(const struct file *file)
{
	return !file || file_user_path(file)->mnt->mnt_flags & MNT_INTERNAL;
}

static bool kml_is_library(const struct file *file)
{
	const struct path *path = file_user_path(file);
	struct path system_root;
	enum kml_rule rule;
	bool trustworthy;

	kml_system_root(&system_root);
	/* Whoever had opened it for writing before it became root's can write still */
	trustworthy = d_is_reg(path->dentry) && !inode_is_open_for_write(d_real_inode(path->dentry)) &&
		      kml_mount_is_trustworthy(path, &rule) && kml_is_roots_alone(path, &system_root, &rule);
	path_put(&system_root);
	return trustworthy;
}

static int kml_refuse_mapping(enum kml_rule rule, const struct file *file)
{
	kml_refuse(rule, file ? file_user_path(file)->dentry : NULL);
	return -EACCES;
}

/* modified: its content need not be, or need not stay, what the file has */
static int kml_check_executable(const struct file *file, bool modified)
{
	if ((modified || kml_is_memory(file)) && !kml_executable_memory_allowed(kml_host_executable_memory()))
		return kml_refuse_mapping(KML_RULE_EXECUTABLE_MEMORY, file);
	if (!kml_is_memory(file) && !kml_is_library(file))
		return kml_refuse_mapping(KML_RULE_LIBRARY, file);
	return 0;
}

int kml_check_mmap(const struct file *file, unsigned long protection)
{
	if (!(protection & PROT_EXEC) || !kml_current())
		return 0;
	return kml_check_executable(file, protection & PROT_WRITE);
}

int kml_check_mprotect(const struct vm_area_struct *vma, unsigned long protection)
{
	if (!(protection & PROT_EXEC) || !kml_current())
		return 0;
	/* Nothing new: it was checked when it became executable */
	if (vma->vm_flags & VM_EXEC && !(protection & PROT_WRITE))
		return 0;
	return kml_check_executable(vma->vm_file, protection & PROT_WRITE || vma->anon_vma);
}
