// SPDX-License-Identifier: GPL-2.0-or-later
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include "common/cleanup.h"
#include "common/err.h"

int trusted_open_name(int directory, const char *name, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC | O_NOCTTY,
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};

	return syscall(SYS_openat2, directory, name, &how, sizeof(how));
}

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

int trusted_check_status(const struct stat *status, const char *name, uid_t owner, struct kml_err *err)
{
	unsigned int mode = status->st_mode & 07777;

	if (status->st_uid != owner && owner == 0)
		return err_set(err, EPERM, "%s: belongs to user %u, not to root; mend it: sudo chown root %s", name,
			status->st_uid, name);
	if (status->st_uid != owner)
		return err_set(err, EPERM, "%s: belongs to user %u, not to user %u", name, status->st_uid, owner);
	if (mode & S_IWGRP)
		return err_set(err, EPERM, "%s: its group may write to it (mode %04o); mend it: sudo chmod g-w %s",
			name, mode, name);
	if (mode & S_IWOTH)
		return err_set(err, EPERM, "%s: everybody may write to it (mode %04o); mend it: sudo chmod o-w %s",
			name, mode, name);
	return 0;
}

static int check_directory(int fd, const char *name, uid_t owner, struct kml_err *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", name);
	return trusted_check_status(&status, name, owner, err);
}

/* What is at a place that could not be opened as a directory. */
static int explain(int parent, const char *component, const char *name, int error, struct kml_err *err)
{
	struct stat status;

	if (error == ENOENT)
		return err_set(err, ENOENT, "%s: does not exist; make it: sudo install -d -o root -g root -m 0755 %s",
			name, name);
	if (fstatat(parent, component, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode))
		return err_set(err, ELOOP, "%s: is a symbolic link, which the kernel does not follow to trust; "
			"put a real directory there", name);
	return err_set(err, error, "%s: %s", name, strerror(error));
}

/* A file system on which nothing can start in kernel mode. */
static int check_mount(int fd, const char *name, struct kml_err *err)
{
	struct statvfs status;

	if (fstatvfs(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (status.f_flag & (ST_NOEXEC | ST_NOSUID))
		return err_set(err, EPERM, "%s: is mounted with %s, so nothing in it starts in kernel mode; "
			"mend it: sudo mount -o remount,exec,suid on its mount point", name,
			status.f_flag & ST_NOEXEC ? "noexec" : "nosuid");
	return 0;
}

int trusted_open(int base, const char *base_name, const char *path, uid_t owner, int *ret_fd, struct kml_err *err)
{
	_cleanup_close_ int fd = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[PATH_MAX], component[NAME_MAX + 1];
	int result;

	if (fd < 0)
		return err_errno(err, "%s/", base_name);
	snprintf(name, sizeof(name), "%s", base_name);
	result = check_directory(fd, *name ? name : "/", owner, err);
	for (path += strspn(path, "/"); *path && result == 0; path += strspn(path, "/")) {
		size_t length = strcspn(path, "/"), used = strlen(name);
		int next;

		if (length > NAME_MAX || used + length + 2 > sizeof(name))
			return err_set(err, ENAMETOOLONG, "the trusted directory's path is too long");
		snprintf(component, sizeof(component), "%.*s", (int)length, path);
		snprintf(name + used, sizeof(name) - used, "/%s", component);
		next = openat(fd, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return explain(fd, component, name, errno, err);
		close(fd);
		fd = next;
		result = check_directory(fd, name, owner, err);
		path += length;
	}
	if (result == 0)
		result = check_mount(fd, name, err);
	if (result < 0)
		return result;
	*ret_fd = take_fd(&fd);
	return 0;
}
