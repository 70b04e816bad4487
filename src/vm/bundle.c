// SPDX-License-Identifier: GPL-2.0-or-later
#include "bundle.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "cpio.h"

struct entry {
	char *path;
	char *origin;
	mode_t mode;	/* permissions */
	int fd;		/* the content, or -1 */
	dev_t device;	/* of the content, to know it again */
	ino_t inode;
	void *data;	/* the content when fd is -1 */
	size_t size;
};

struct bundle {
	struct entry *entries;
	size_t count;
};

struct bundle *bundle_new(void)
{
	return calloc(1, sizeof(struct bundle));
}

void bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	for (size_t i = 0; i < bundle->count; i++) {
		struct entry *entry = &bundle->entries[i];

		free(entry->path);
		free(entry->origin);
		free(entry->data);
		if (entry->fd >= 0)
			close(entry->fd);
	}
	free(bundle->entries);
	free(bundle);
}

char *bundle_tidy_path(const char *path)
{
	char *tidy = malloc(strlen(path) + 2), *end = tidy;

	if (!tidy)
		return NULL;
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && !strncmp(path, "..", 2)) {
			while (end > tidy && *--end != '/')
				;
		} else if (length && !(length == 1 && *path == '.')) {
			*end++ = '/';
			memcpy(end, path, length);
			end += length;
		}
		path += length;
		path += strspn(path, "/");
	}
	if (end == tidy)
		*end++ = '/';
	*end = '\0';
	return tidy;
}

static struct entry *find(const struct bundle *bundle, const char *path)
{
	for (size_t i = 0; i < bundle->count; i++)
		if (!strcmp(bundle->entries[i].path, path))
			return &bundle->entries[i];
	return NULL;
}

/* Takes path and content over only when it succeeds. */
static int append(struct bundle *bundle, const struct entry *entry, struct kml_err *err)
{
	struct entry *entries = reallocarray(bundle->entries, bundle->count + 1, sizeof(*entries));

	if (!entries)
		return err_set(err, ENOMEM, "out of memory");
	entries[bundle->count++] = *entry;
	bundle->entries = entries;
	return 0;
}

static bool same_content(const struct entry *entry, const struct stat *status)
{
	return entry->fd >= 0 && entry->device == status->st_dev && entry->inode == status->st_ino;
}

int bundle_add_file(struct bundle *bundle, const char *path, int fd, const char *origin, struct kml_err *err)
{
	_cleanup_close_ int owned_fd = fd;
	_cleanup_free_ char *tidy = bundle_tidy_path(path), *origin_copy = strdup(origin);
	const struct entry *present;
	struct stat status;
	struct entry entry;
	int result;

	if (!tidy || !origin_copy)
		return err_set(err, ENOMEM, "out of memory");
	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", origin);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", origin);
	present = find(bundle, tidy);
	if (present && same_content(present, &status))
		return 0;
	if (present)
		return err_set(err, EEXIST, "%s: cannot be %s in the machine as well: %s is there already", origin,
			tidy, present->origin);
	/* The machine's files are root's alone to write, whatever they are here. */
	entry = (struct entry){ .path = tidy,
		.origin = origin_copy,
		.mode = status.st_mode & 0111 ? 0755 : 0644,
		.fd = fd,
		.device = status.st_dev,
		.inode = status.st_ino };
	result = append(bundle, &entry, err);
	if (result == 0) {
		take_ptr(tidy);
		take_ptr(origin_copy);
		take_fd(&owned_fd);
	}
	return result;
}

int bundle_add_data(struct bundle *bundle, const char *path, mode_t mode, const void *data, size_t size,
	struct kml_err *err)
{
	_cleanup_free_ char *tidy = bundle_tidy_path(path), *origin = strdup("kml-run's own file");
	_cleanup_free_ void *copy = malloc(size + 1);
	struct entry entry = { .path = tidy, .origin = origin, .mode = mode, .fd = -1, .data = copy, .size = size };
	int result;

	if (!tidy || !origin || !copy)
		return err_set(err, ENOMEM, "out of memory");
	if (find(bundle, tidy))
		return err_set(err, EEXIST, "%s: is kml-run's own file in the machine", tidy);
	memcpy(copy, data, size);
	result = append(bundle, &entry, err);
	if (result == 0) {
		take_ptr(tidy);
		take_ptr(origin);
		take_ptr(copy);
	}
	return result;
}

/* Writes the directories above path that previous, the path before it in sorted order, does not share. */
static int put_parents(struct cpio *cpio, const char *path, const char *previous)
{
	size_t shared = 0, common = 0;

	while (path[common] && path[common] == previous[common]) {
		if (path[common] == '/')
			shared = common;
		common++;
	}
	for (const char *slash = strchr(path + shared + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		_cleanup_free_ char *directory = strndup(path, slash - path);

		if (!directory)
			return -ENOMEM;
		cpio_put(cpio, directory, S_IFDIR | 0755, 0);
	}
	return 0;
}

/* As if "/" came before every other character, so that a directory's content is never interrupted. */
static int compare_entries(const void *left, const void *right)
{
	const unsigned char *a = (const unsigned char *)((const struct entry *)left)->path;
	const unsigned char *b = (const unsigned char *)((const struct entry *)right)->path;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == '/' && *b)
		return *b == '/' ? 0 : -1;
	if (*b == '/' && *a)
		return 1;
	return *a - *b;
}

static int put_entry(struct cpio *cpio, const struct entry *entry)
{
	if (entry->fd >= 0)
		return cpio_put_file(cpio, entry->path, entry->mode, entry->fd);
	cpio_put_data(cpio, entry->path, entry->mode, entry->data, entry->size);
	return 0;
}

static int put_all(struct cpio *cpio, const struct bundle *bundle, struct kml_err *err)
{
	const char *previous = "";

	/* The kernel opens it for init before init has mounted anything. */
	cpio_put(cpio, "/dev", S_IFDIR | 0755, 0);
	cpio_put(cpio, "/dev/console", S_IFCHR | 0600, makedev(5, 1));
	for (size_t i = 0; i < bundle->count; i++) {
		const struct entry *entry = &bundle->entries[i];
		size_t length = strlen(previous);
		int result;

		if (length && !strncmp(entry->path, previous, length) && entry->path[length] == '/')
			return err_set(err, ENOTDIR, "%s: cannot be %s in the machine: %s is a file there",
				entry->origin, entry->path, previous);
		result = put_parents(cpio, entry->path, previous);
		if (result == 0)
			result = put_entry(cpio, entry);
		if (result < 0)
			return err_set(err, -result, "%s: cannot be copied into the machine: %s", entry->origin,
				strerror(-result));
		previous = entry->path;
	}
	return 0;
}

int bundle_write(const struct bundle *bundle, int *ret_fd, struct kml_err *err)
{
	_cleanup_close_ int fd = memfd_create("initramfs", MFD_CLOEXEC);
	_cleanup_fclose_ FILE *out = NULL;
	struct cpio cpio;
	int result;

	qsort(bundle->entries, bundle->count, sizeof(*bundle->entries), compare_entries);
	if (fd >= 0)
		out = fdopen(dup(fd), "w");
	if (!out)
		return err_errno(err, "cannot make the machine's file system");
	cpio_start(&cpio, out);
	result = put_all(&cpio, bundle, err);
	if (result < 0)
		return result;
	if (cpio_finish(&cpio) < 0)
		return err_errno(err, "cannot write the machine's file system");
	*ret_fd = take_fd(&fd);
	return 0;
}
