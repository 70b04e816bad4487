// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * serve DIRECTORY FILE [stall]: a file system of the attacker's at DIRECTORY, in which FILE has the name x and, as the
 * attacker says, belongs to root. Comes back when it is mounted, and serves, as an ordinary user where there is one,
 * until it is unmounted. With "stall" the content of the file never comes.
 */
#define FUSE_USE_VERSION 31
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int file;
static int stall;

static int get_attributes(const char *path, struct stat *ret, struct fuse_file_info *info)
{
	(void)info;
	if (!strcmp(path, "/")) {
		*ret = (struct stat){ .st_mode = S_IFDIR | 0755, .st_nlink = 2 };
		return 0;
	}
	if (strcmp(path, "/x") || fstat(file, ret))
		return -ENOENT;
	ret->st_mode = S_IFREG | 0755;
	ret->st_uid = ret->st_gid = 0;
	return 0;
}

static int read_file(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info)
{
	ssize_t done;

	(void)path;
	(void)info;
	while (stall)
		pause();
	done = pread(file, buffer, size, offset);
	return done < 0 ? -errno : (int)done;
}

static const struct fuse_operations operations = { .getattr = get_attributes, .read = read_file };

int main(int argc, char **argv)
{
	struct fuse_args options = FUSE_ARGS_INIT(0, NULL);
	struct fuse *fuse;

	if (argc < 3)
		return 64;
	stall = argc > 3;
	file = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (file < 0)
		err(1, "%s", argv[2]);
	fuse_opt_add_arg(&options, argv[0]);
	fuse_opt_add_arg(&options, "-oallow_other,default_permissions,suid");
	fuse = fuse_new(&options, &operations, sizeof(operations), NULL);
	if (!fuse || fuse_mount(fuse, argv[1]))
		return 1;
	if (fork())
		return 0;
	/* In a user namespace of one user there is no other, and this one is not root */
	if (setuid(65534) && errno != EINVAL)
		err(1, "setuid");
	return fuse_loop(fuse);
}
