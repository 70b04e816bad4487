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

static const struct {
	cap_value_t value;
	const char *name;
} wanted[] = {
	{ CAP_CHOWN, "CAP_CHOWN" },
	{ CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE" },
	{ CAP_FOWNER, "CAP_FOWNER" },
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

/* In a user namespace, "root" and its capabilities are only that namespace's. */
static bool has_all_users(void)
{
	_cleanup_fclose_ FILE *map = fopen("/proc/self/uid_map", "re");
	unsigned int inside, outside, count;

	return map && fscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 && outside == 0 &&
		count == 0xffffffff;
}

/* 1 or 0; -errno when the first process may not be looked at, as in some containers. */
static int same_as_init(const char *ours_path, const char *init_path)
{
	struct statx ours, init;

	if (statx(AT_FDCWD, ours_path, 0, STATX_INO | STATX_MNT_ID, &ours) < 0 ||
		statx(AT_FDCWD, init_path, 0, STATX_INO | STATX_MNT_ID, &init) < 0)
		return -errno;
	return same_place(&ours, &init);
}

/* Without the first process to compare with: the system's root is always the root of a mount. */
static bool is_mount_root(void)
{
	struct statx status;

	if (statx(AT_FDCWD, "/", 0, STATX_INO, &status) < 0 || !(status.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		return true;
	return status.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

int caller_check_root(struct kml_err *err)
{
	int same = same_as_init("/", "/proc/1/root/");

	if (same == -ENOENT)
		return err_set(err, ENOENT, "cannot tell whether this is a chroot: /proc is not mounted");
	if (same == 0 || !is_mount_root())
		return err_set(err, EPERM,
			"this is a chroot: its trusted directory is not the one that the kernel trusts; "
			"run it outside");
	if (!has_all_users())
		return err_set(err, EPERM, "this is a user namespace: its root is not the system's; run it outside");
	if (same_as_init("/proc/self/ns/mnt", "/proc/1/ns/mnt") == 0)
		return err_set(err, EPERM,
			"this is a mount namespace of its own: the kernel trusts only the first one; "
			"run it outside");
	return 0;
}
