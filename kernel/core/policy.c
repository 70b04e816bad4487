// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may become the kernel. Everything here and in place.c is decided on
 * inodes, mounts and credentials, never on the text of a path: a path means
 * something else in every mount namespace. mapping.c decides what such a
 * process may execute afterwards.
 */
#include <linux/atomic.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/nsproxy.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/task.h>
#include <linux/seccomp.h>
#include <linux/security.h>
#include <linux/user_namespace.h>
#include "kml.h"
#include "place.h"
#include "program.h"
#include "settings.h"

static atomic64_t kml_started;

void kml_count_start(void)
{
	atomic64_inc(&kml_started);
}

u64 kml_starts(void)
{
	return atomic64_read(&kml_started);
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
static bool kml_is_native_program(const struct linux_binprm *bprm, struct kml_program_wishes *ret_wishes)
{
	return bprm->interp == bprm->filename && S_ISREG(file_inode(bprm->file)->i_mode) &&
	       kml_read_program(bprm, ret_wishes);
}

/* True, or the first rule that the program, which lies below the trusted directory, or its caller fails */
static bool kml_passes_rules(const struct linux_binprm *bprm, const struct path *system_root,
			     const struct path *trusted, struct kml_program_wishes *ret_wishes,
			     enum kml_rule *ret_rule)
{
	if (!kml_is_roots_alone(&bprm->file->f_path, trusted, ret_rule))
		return false;
	if (!kml_is_native_program(bprm, ret_wishes)) {
		*ret_rule = KML_RULE_FORMAT;
		return false;
	}
	if (ret_wishes->needs_executable_memory &&
	    !kml_executable_memory_allowed(ret_wishes->asks_for_executable_memory)) {
		*ret_rule = KML_RULE_EXECUTABLE_MEMORY;
		return false;
	}
	if (!kml_mount_is_trustworthy(&bprm->file->f_path, ret_rule))
		return false;
	/* What it may do is what a module may do that nobody has signed */
	if (security_locked_down(LOCKDOWN_MODULE_SIGNATURE))
		*ret_rule = KML_RULE_LOCKDOWN;
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

static bool kml_is_below(const struct linux_binprm *bprm, const struct path *system_root, const char *directory,
			 struct path *ret_directory)
{
	if (!kml_system_directory(system_root, directory, ret_directory))
		return false;
	/* A program that root has removed still knows where it was, and somebody may have it open */
	if (path_is_under(&bprm->file->f_path, ret_directory) && !d_unlinked(bprm->file->f_path.dentry))
		return true;
	path_put(ret_directory);
	return false;
}

/* The trusted directory that the program lies below. The reference is the caller's. */
static bool kml_find_trusted_directory(const struct linux_binprm *bprm, const struct path *system_root,
				       struct path *ret_directory)
{
	char further[KML_DIRECTORY_SIZE];

	if (kml_is_below(bprm, system_root, KML_TRUSTED_DIR, ret_directory))
		return true;
	kml_setting_directory(further);
	return *further && kml_is_below(bprm, system_root, further, ret_directory);
}

bool kml_policy_allows(const struct linux_binprm *bprm, struct kml_program_wishes *ret_wishes)
{
	struct path system_root, trusted;
	enum kml_rule rule;
	bool allowed = false;

	if (kml_setting_disabled())
		return false;
	kml_system_root(&system_root);
	/* Everyone else's exec ends here, and is no refusal */
	if (kml_find_trusted_directory(bprm, &system_root, &trusted)) {
		allowed = kml_passes_rules(bprm, &system_root, &trusted, ret_wishes, &rule);
		if (!allowed)
			kml_refuse(rule, bprm->file->f_path.dentry);
		path_put(&trusted);
	}
	path_put(&system_root);
	return allowed;
}
