// SPDX-License-Identifier: GPL-2.0-or-later
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "walk.h"

int trusted_check_name(const char *name, struct kml_err *err)
{
	if (strchr(name, '/'))
		return err_set(err, EINVAL,
			"%s: not a plain name: give the name in the trusted directory, without slashes", name);
	if (!*name || *name == '.')
		return err_set(
			err, EINVAL, "'%s': no name for a program: it must not be empty or begin with a dot", name);
	if (strlen(name) > NAME_MAX - 32)
		return err_set(err, ENAMETOOLONG, "%.64s...: the name is too long", name);
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return err_set(err, EINVAL, "the name of a program must not have control characters");
	return 0;
}

int trusted_check_owner(const struct stat *status, const char *name, uid_t owner, struct kml_err *err)
{
	if (status->st_uid == owner)
		return 0;
	if (owner == 0)
		return err_set(err, EPERM, "%s: belongs to user %u, not to root; mend it: sudo chown root %s", name,
			status->st_uid, name);
	return err_set(err, EPERM, "%s: belongs to user %u, not to user %u", name, status->st_uid, owner);
}

int trusted_check_mode(const struct stat *status, const char *name, struct kml_err *err)
{
	unsigned int mode = status->st_mode & 07777;

	if (mode & S_IWGRP)
		return err_set(err, EPERM, "%s: its group may write to it (mode %04o); mend it: sudo chmod g-w %s",
			name, mode, name);
	if (mode & S_IWOTH)
		return err_set(err, EPERM, "%s: everybody may write to it (mode %04o); mend it: sudo chmod o-w %s",
			name, mode, name);
	return 0;
}

int trusted_check_status(const struct stat *status, const char *name, uid_t owner, struct kml_err *err)
{
	int result = trusted_check_owner(status, name, owner, err);

	return result < 0 ? result : trusted_check_mode(status, name, err);
}

int trusted_check_mount(int fd, const char *name, struct kml_err *err)
{
	struct statvfs status;

	if (fstatvfs(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (status.f_flag & (ST_NOEXEC | ST_NOSUID))
		return err_set(err, EPERM, "%s: is mounted with %s, so nothing in it starts in kernel mode; "
			"mend it: sudo mount -o remount,exec,suid $(findmnt -n -o TARGET -T %s)", name,
			status.f_flag & ST_NOEXEC ? "noexec" : "nosuid", name);
	return 0;
}

static int check_step(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err)
{
	const uid_t *owner = context;

	(void)fd;
	return trusted_check_status(status, name, *owner, err);
}

static int open_directory(const struct walk_root *root, const char *path, uid_t owner, int *ret_fd, struct kml_err *err)
{
	_cleanup_close_ int fd = -1;
	int result = walk_open(root, path, WALK_NO_LINKS, check_step, &owner, &fd, err);
	struct stat status;

	if (result < 0)
		return result;
	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s%s", root->name, path);
	if (!S_ISDIR(status.st_mode))
		return err_set(err, ENOTDIR, "%s%s: is no directory", root->name, path);
	*ret_fd = take_fd(&fd);
	return 0;
}

int trusted_open(const struct walk_root *root, const char *path, uid_t owner, int *ret_fd, struct kml_err *err)
{
	_cleanup_close_ int fd = -1;
	int result = open_directory(root, path, owner, &fd, err);

	if (result == -ENOENT)
		return err_set(err, ENOENT, "%s%s: does not exist; make it: sudo kml-install --create%s%s", root->name,
			path, *root->name ? " --root " : "", root->name);
	/* Where an image is made says nothing of how it will be mounted. */
	if (result == 0 && !*root->name)
		result = trusted_check_mount(fd, path, err);
	if (result < 0)
		return result;
	*ret_fd = take_fd(&fd);
	return 0;
}

int trusted_create(const struct walk_root *root, const char *path, uid_t owner, gid_t group, struct kml_err *err)
{
	_cleanup_close_ int parent = -1, fd = -1;
	const char *slash = strrchr(path, '/');
	char parent_path[PATH_MAX];
	int result;

	snprintf(parent_path, sizeof(parent_path), "%.*s", (int)(slash - path), path);
	result = open_directory(root, parent_path, owner, &parent, err);
	if (result < 0)
		return result;
	/* For root alone until it belongs to whom it should. */
	if (mkdirat(parent, slash + 1, 0700) < 0 && errno != EEXIST)
		return err_errno(err, "%s%s: cannot be made", root->name, path);
	result = trusted_open(root, path, owner, &fd, err);
	if (result < 0)
		return result;
	if (fchown(fd, owner, group) < 0 || fchmod(fd, 0755) < 0 || fsync(fd) < 0 || fsync(parent) < 0)
		return err_errno(err, "%s%s", root->name, path);
	return 0;
}
