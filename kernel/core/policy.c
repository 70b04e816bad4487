// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may become the kernel. Everything here is decided on inodes, mounts and
 * credentials, never on the text of a path: a path means something else in
 * every mount namespace.
 */
#include <linux/atomic.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/nsproxy.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/task.h>
#include <linux/seccomp.h>
#include <linux/user_namespace.h>
#include "kml.h"

static atomic64_t kml_started;
static atomic64_t kml_refused[KML_RULES];

void kml_count_start(void)
{
	atomic64_inc(&kml_started);
}

u64 kml_starts(void)
{
	return atomic64_read(&kml_started);
}

u64 kml_refusals(enum kml_rule rule)
{
	return atomic64_read(&kml_refused[rule]);
}

/* The root directory of the system, whatever the caller's is. The reference is the caller's. */
static void kml_system_root(struct path *root)
{
	task_lock(&init_task);
	get_fs_root(init_task.fs, root);
	task_unlock(&init_task);
}

/*
 * The trusted directory as the system sees it, not through a symbolic link. A
 * directory that some file is open below is in the dentry cache; no look at a
 * disk or a server, which might keep every exec of the machine waiting. The
 * reference is the caller's.
 */
static bool kml_trusted_directory(const struct path *root, struct path *trusted)
{
	struct qstr name = QSTR_INIT(KML_TRUSTED_DIR + 1, sizeof(KML_TRUSTED_DIR) - 2);
	struct dentry *dentry = d_hash_and_lookup(root->dentry, &name);

	if (IS_ERR_OR_NULL(dentry))
		return false;
	*trusted = (struct path){ .mnt = mntget(root->mnt), .dentry = dentry };
	while (d_mountpoint(trusted->dentry) && follow_down_one(trusted))
		;
	if (d_is_dir(trusted->dentry))
		return true;
	path_put(trusted);
	return false;
}

static bool kml_owned_by_root(const struct path *path)
{
	const struct inode *inode = d_backing_inode(path->dentry);

	return vfsuid_eq(i_uid_into_vfsuid(mnt_idmap(path->mnt), inode), VFSUIDT_INIT(GLOBAL_ROOT_UID));
}

/* Access control lists need no look of their own: what they grant is bounded by the group bits */
static bool kml_writable_by_others(const struct path *path)
{
	return d_backing_inode(path->dentry)->i_mode & (S_IWGRP | S_IWOTH);
}

/* Moves the path to its parent directory, over mount points; false at the top of the tree */
static bool kml_to_parent(struct path *path)
{
	struct dentry *parent;

	while (path->dentry == path->mnt->mnt_root)
		if (!follow_up(path))
			return false;
	if (IS_ROOT(path->dentry))
		return false;
	parent = dget_parent(path->dentry);
	dput(path->dentry);
	path->dentry = parent;
	return true;
}

/*
 * Whether the file and every directory up to and including the trusted one are
 * root's alone. The file must lie below that directory.
 */
static bool kml_is_roots_alone(const struct path *file, const struct path *trusted, enum kml_rule *ret_rule)
{
	struct path path = *file;
	bool alone = true;

	path_get(&path);
	for (;;) {
		if (!kml_owned_by_root(&path)) {
			*ret_rule = KML_RULE_OWNER;
			alone = false;
		} else if (kml_writable_by_others(&path)) {
			*ret_rule = KML_RULE_WRITABLE;
			alone = false;
		}
		if (!alone || path_equal(&path, trusted))
			break;
		if (!kml_to_parent(&path)) {
			/* Moved away while we looked */
			*ret_rule = KML_RULE_OWNER;
			alone = false;
			break;
		}
	}
	path_put(&path);
	return alone;
}

static bool kml_mount_is_trustworthy(const struct path *file)
{
	return !(file->mnt->mnt_flags & (MNT_NOSUID | MNT_NOEXEC)) &&
	       !(file->mnt->mnt_sb->s_iflags & SB_I_NOEXEC) &&
	       file->mnt->mnt_sb->s_user_ns == &init_user_ns;
}

static bool kml_caller_is_chrooted(const struct path *system_root)
{
	struct path root;
	bool differs;

	get_fs_root(current->fs, &root);
	differs = !path_equal(&root, system_root);
	path_put(&root);
	return differs;
}

static bool kml_caller_in_own_namespace(void)
{
	return current_user_ns() != &init_user_ns || current->nsproxy->mnt_ns != init_task.nsproxy->mnt_ns;
}

static bool kml_caller_is_traced(void)
{
	return current->ptrace && !ptracer_capable(current, &init_user_ns);
}

/* With this sysctl, "not dumpable" means dumpable: who may not trace root's processes could trace this one */
static bool kml_caller_could_trace(void)
{
	return suid_dumpable == SUID_DUMP_USER && !capable(CAP_SYS_PTRACE);
}

/* An interpreter of scripts would do what an untrusted script says */
static bool kml_is_native_program(const struct linux_binprm *bprm)
{
	return bprm->interp == bprm->filename && S_ISREG(file_inode(bprm->file)->i_mode) &&
	       kml_arch_native_program(bprm);
}

/* True, or the first rule that the program, which lies below the trusted directory, or its caller fails */
static bool kml_passes_rules(const struct linux_binprm *bprm, const struct path *system_root,
			     const struct path *trusted, enum kml_rule *ret_rule)
{
	if (!kml_is_roots_alone(&bprm->file->f_path, trusted, ret_rule))
		return false;
	if (!kml_is_native_program(bprm))
		*ret_rule = KML_RULE_FORMAT;
	else if (!kml_mount_is_trustworthy(&bprm->file->f_path))
		*ret_rule = KML_RULE_MOUNT;
	else if (IS_ENABLED(CONFIG_KML_CHECK_CHROOT) && kml_caller_is_chrooted(system_root))
		*ret_rule = KML_RULE_CHROOT;
	else if (IS_ENABLED(CONFIG_KML_CHECK_CHROOT) && kml_caller_in_own_namespace())
		*ret_rule = KML_RULE_NAMESPACE;
	else if (seccomp_mode(&current->seccomp) != SECCOMP_MODE_DISABLED)
		*ret_rule = KML_RULE_SECCOMP;
	else if (task_no_new_privs(current))
		*ret_rule = KML_RULE_NO_NEW_PRIVS;
	else if (kml_caller_is_traced())
		*ret_rule = KML_RULE_TRACED;
	else if (kml_caller_could_trace())
		*ret_rule = KML_RULE_DUMPABLE;
	else
		return true;
	return false;
}

bool kml_policy_allows(const struct linux_binprm *bprm)
{
	struct path system_root, trusted;
	enum kml_rule rule;
	bool allowed = false;

	kml_system_root(&system_root);
	if (kml_trusted_directory(&system_root, &trusted)) {
		/* Everyone else's exec ends here, and is no refusal */
		if (path_is_under(&bprm->file->f_path, &trusted)) {
			allowed = kml_passes_rules(bprm, &system_root, &trusted, &rule);
			if (!allowed)
				atomic64_inc(&kml_refused[rule]);
		}
		path_put(&trusted);
	}
	path_put(&system_root);
	return allowed;
}
