// SPDX-License-Identifier: GPL-2.0-or-later
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "common/cleanup.h"
#include "common/err.h"

/* As many as the kernel follows. */
enum { LINKS_MAX = 40 };

struct walk {
	const struct walk_root *root;
	enum walk_links follows;
	int links;		/* followed so far */
	int fd;			/* of the directory where we are */
	char name[PATH_MAX];	/* of it, with that of the root before it */
	char rest[PATH_MAX];	/* what is still to be walked */
	walk_visitor *visitor;
	void *context;
	struct kml_err *err;
};

static void walk_release(struct walk *walk)
{
	cleanup_close(&walk->fd);
}

int walk_open_name(int directory, const char *name, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC | O_NOCTTY,
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};

	return syscall(SYS_openat2, directory, name, &how, sizeof(how));
}

static int visit(const struct walk *walk, int fd, const char *name)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return err_errno(walk->err, "%s", name);
	return walk->visitor(fd, &status, name, walk->context, walk->err);
}

static int too_long(const struct walk *walk)
{
	return err_set(walk->err, ENAMETOOLONG, "%.64s...: the path is too long", walk->name);
}

/* Takes the next component from the rest; "" when there is none. */
static int take_component(struct walk *walk, char component[NAME_MAX + 1])
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	if (length > NAME_MAX)
		return too_long(walk);
	memcpy(component, start, length);
	component[length] = '\0';
	start += length;
	memmove(walk->rest, start, strlen(start) + 1);
	return 0;
}

static bool is_at_end(const struct walk *walk)
{
	return walk->rest[strspn(walk->rest, "/")] == '\0';
}

/* Takes fd over, whose name ends at length. */
static void enter(struct walk *walk, int fd, size_t length)
{
	close(walk->fd);
	walk->fd = fd;
	walk->name[length] = '\0';
}

static int to_root(struct walk *walk)
{
	int fd = openat(walk->root->fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(walk->err, "%s/", walk->root->name);
	enter(walk, fd, strlen(walk->root->name));
	return 0;
}

/* Not above the root. Nobody but the owners who have been visited can move the directory meanwhile. */
static int to_parent(struct walk *walk)
{
	char *slash = strrchr(walk->name + strlen(walk->root->name), '/');
	int fd;

	if (!slash)
		return 0;
	fd = openat(walk->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(walk->err, "%s/..", walk->name);
	enter(walk, fd, slash - walk->name);
	return 0;
}

/* Puts what the link says before the rest. name is that of the link. */
static int follow(struct walk *walk, int link, const char *name)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target));
	size_t rest = strlen(walk->rest);

	if (walk->follows == WALK_NO_LINKS)
		return err_set(walk->err, ELOOP, "%s: is a symbolic link, which the kernel does not follow to trust; "
			"put the real thing there", name);
	if (length < 0)
		return err_errno(walk->err, "%s", name);
	if (++walk->links > LINKS_MAX)
		return err_set(walk->err, ELOOP, "%s: too many symbolic links", name);
	if (length + 1 + rest >= sizeof(walk->rest))
		return too_long(walk);
	memmove(walk->rest + length + 1, walk->rest, rest + 1);
	memcpy(walk->rest, target, length);
	walk->rest[length] = '/';
	return target[0] == '/' ? to_root(walk) : 0;
}

/* Opens for reading where the walk ends: the directory that it is in, or the file of that name in it. */
static int open_end(const struct walk *walk, const char *component, const char *name, int *ret_fd)
{
	_cleanup_close_ int fd = openat(walk->fd, component, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int result = fd < 0 ? err_errno(walk->err, "%s", name) : visit(walk, fd, name);

	if (result < 0)
		return result;
	*ret_fd = take_fd(&fd);
	return 1;
}

/* One step; 1 when it was the last, and then what is there is open in ret_fd. */
static int step(struct walk *walk, int *ret_fd)
{
	char component[NAME_MAX + 1], name[PATH_MAX];
	_cleanup_close_ int place = -1;
	struct stat status;
	int result = take_component(walk, component);

	if (result < 0)
		return result;
	if (!component[0])
		return open_end(walk, ".", *walk->name ? walk->name : "/", ret_fd);
	if (!strcmp(component, "."))
		return 0;
	if (!strcmp(component, ".."))
		return to_parent(walk);
	if (snprintf(name, sizeof(name), "%s/%s", walk->name, component) >= (int)sizeof(name))
		return too_long(walk);
	place = openat(walk->fd, component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0 || fstat(place, &status) < 0)
		return err_errno(walk->err, "%s", name);
	if (S_ISLNK(status.st_mode))
		return follow(walk, place, name);
	if (!S_ISDIR(status.st_mode))
		return is_at_end(walk) ? open_end(walk, component, name, ret_fd) :
			err_set(walk->err, ENOTDIR, "%s: is no directory", name);
	result = visit(walk, place, name);
	if (result < 0)
		return result;
	strcpy(walk->name, name);
	enter(walk, take_fd(&place), strlen(name));
	return 0;
}

int walk_open(const struct walk_root *root, const char *path, enum walk_links links, walk_visitor *visitor, void *context,
	int *ret_fd, struct kml_err *err)
{
	_cleanup_(walk_release) struct walk walk = { .root = root, .follows = links, .fd = -1, .visitor = visitor,
		.context = context, .err = err };
	int result;

	if (snprintf(walk.name, sizeof(walk.name), "%s", root->name) >= (int)sizeof(walk.name) ||
		snprintf(walk.rest, sizeof(walk.rest), "%s", path) >= (int)sizeof(walk.rest))
		return too_long(&walk);
	walk.fd = openat(root->fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk.fd < 0)
		return err_errno(err, "%s/", root->name);
	result = visit(&walk, walk.fd, *root->name ? root->name : "/");
	while (result == 0)
		result = step(&walk, ret_fd);
	return result < 0 ? result : 0;
}
