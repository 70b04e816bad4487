// SPDX-License-Identifier: GPL-2.0-or-later
#include "caller.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"

/* Of the kernel, in the flags of /proc/PID/stat. */
enum { PF_KTHREAD = 0x200000 };

static const struct {
	cap_value_t value;
	const char *name;
} wanted[] = {
	{ CAP_CHOWN, "CAP_CHOWN" },
	{ CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE" },
	{ CAP_FOWNER, "CAP_FOWNER" },
	{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
};

int caller_check_capabilities(struct kml_err *err)
{
	cap_t capabilities = cap_get_proc();
	const char *missing = NULL;

	if (!capabilities)
		return err_errno(err, "cannot get the capabilities of this process");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && !missing; i++) {
		cap_flag_value_t flag = CAP_CLEAR;

		cap_get_flag(capabilities, wanted[i].value, CAP_EFFECTIVE, &flag);
		if (flag != CAP_SET)
			missing = wanted[i].name;
	}
	cap_free(capabilities);
	if (missing)
		return err_set(err, EPERM, "the capability %s is missing; run it with sudo", missing);
	return 0;
}

/* The mount counts as well: a bind mount has the same inode. */
static bool same_place(const struct statx *one, const struct statx *other)
{
	return one->stx_ino == other->stx_ino && one->stx_dev_major == other->stx_dev_major &&
		one->stx_dev_minor == other->stx_dev_minor &&
		(!(one->stx_mask & other->stx_mask & STATX_MNT_ID) || one->stx_mnt_id == other->stx_mnt_id);
}

/* The first thread of the kernel: it shares its root directory and its namespaces with the kernel's own start. */
#define KERNEL_THREAD "/proc/2"

/* In a PID namespace of one's own, that number is somebody else's. */
static bool is_kernel_thread(void)
{
	_cleanup_fclose_ FILE *file = fopen(KERNEL_THREAD "/stat", "re");
	unsigned int flags;

	return file && fscanf(file, "%*u (%*[^)]) %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && flags & PF_KTHREAD;
}

/* 1 or 0; -errno when that cannot be seen, as by ordinary users and in some containers. */
static int same_as_kernel(const char *ours_path, const char *kernel_path)
{
	struct statx ours, kernel;

	if (!is_kernel_thread())
		return -ENOENT;
	if (statx(AT_FDCWD, ours_path, 0, STATX_INO | STATX_MNT_ID, &ours) < 0 ||
		statx(AT_FDCWD, kernel_path, 0, STATX_INO | STATX_MNT_ID, &kernel) < 0)
		return -errno;
	return same_place(&ours, &kernel);
}

/* Without anything to compare with: the system's root is always the root of a mount. */
static bool is_mount_root(void)
{
	struct statx status;

	if (statx(AT_FDCWD, "/", 0, STATX_INO, &status) < 0 || !(status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		return true;
	return status.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static int check_lockdown(struct kml_err *err)
{
	_cleanup_fclose_ FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	char line[256] = "";

	if (!file || !fgets(line, sizeof(line), file) || !strchr(line, '[') || strstr(line, "[none]"))
		return 0;
	return err_set(err, EPERM, "the kernel is locked down, against root, too (lockdown, Secure Boot), which kernel mode "
		"would undo; see kernel_lockdown(7)");
}

static int check_chroot(struct kml_err *err)
{
	if (same_as_kernel("/", KERNEL_THREAD "/root/") == 0 || !is_mount_root())
		return err_set(err, EPERM,
			"this is a chroot: its trusted directory is not the one that the kernel trusts; "
			"run it outside");
	return 0;
}

/* A map of all users is no sign: root can give one to a user namespace. The number of the first one is fixed. */
static bool is_first_user_namespace(void)
{
	char link[64] = "";
	ssize_t length = readlink("/proc/self/ns/user", link, sizeof(link) - 1);

	/* A kernel without user namespaces has one. */
	return length < 0 || !strcmp(link, "user:[4026531837]");
}

static int check_namespace(struct kml_err *err)
{
	if (!is_first_user_namespace())
		return err_set(err, EPERM, "this is a user namespace: its root is not the system's; run it outside");
	if (same_as_kernel("/proc/self/ns/mnt", KERNEL_THREAD "/ns/mnt") == 0)
		return err_set(err, EPERM,
			"this is a mount namespace of its own: the kernel trusts only the first one; "
			"run it outside");
	return 0;
}

/* A field of /proc/PID/status, such as "TracerPid"; 0 when it cannot be read. */
static unsigned long long read_status(unsigned int pid, const char *field, int base)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		size_t length = strlen(field);

		if (!strncmp(line, field, length) && line[length] == ':')
			return strtoull(line + length + 1, NULL, base);
	}
	return 0;
}

static int check_seccomp(struct kml_err *err)
{
	if (!read_status(getpid(), "Seccomp", 10))
		return 0;
	return err_set(err, EPERM, "the caller has a seccomp filter, which a program in kernel mode could bypass; "
		"start it from a process without one");
}

static int check_no_new_privs(struct kml_err *err)
{
	if (!read_status(getpid(), "NoNewPrivs", 10))
		return 0;
	return err_set(err, EPERM, "the caller must not gain privileges (no_new_privs); start it from a process that may");
}

static int check_traced(struct kml_err *err)
{
	unsigned int tracer = read_status(getpid(), "TracerPid", 10);

	if (!tracer || read_status(tracer, "CapEff", 16) >> CAP_SYS_PTRACE & 1)
		return 0;
	return err_set(err, EPERM, "the caller is traced by process %u, which has not the capability CAP_SYS_PTRACE; "
		"trace it as root", tracer);
}

static int check_dumpable(struct kml_err *err)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/sys/fs/suid_dumpable", "re");
	int value;

	if (!file || fscanf(file, "%d", &value) != 1 || value != 1 ||
		read_status(getpid(), "CapEff", 16) >> CAP_SYS_PTRACE & 1)
		return 0;
	return err_set(err, EPERM, "fs.suid_dumpable is 1, so the caller could trace the program; "
		"mend it: sudo sysctl fs.suid_dumpable=0");
}

int caller_check_rule(enum trust_rule rule, struct kml_err *err)
{
	switch (rule) {
	case RULE_LOCKDOWN:
		return check_lockdown(err);
	case RULE_CHROOT:
		return check_chroot(err);
	case RULE_NAMESPACE:
		return check_namespace(err);
	case RULE_SECCOMP:
		return check_seccomp(err);
	case RULE_NO_NEW_PRIVS:
		return check_no_new_privs(err);
	case RULE_TRACED:
		return check_traced(err);
	case RULE_DUMPABLE:
		return check_dumpable(err);
	default:
		return 0;
	}
}

int caller_check_place(struct kml_err *err)
{
	/* In a mount namespace of its own, the root directory is another one, too. */
	int result = check_namespace(err);

	if (result == 0)
		result = check_chroot(err);
	if (result == 0 && same_as_kernel("/", KERNEL_THREAD "/root/") < 0)
		return err_set(err, ENOENT, "cannot tell whether this is a chroot or a container: /proc does not show the "
			"threads of the kernel");
	return result;
}
