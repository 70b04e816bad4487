// SPDX-License-Identifier: GPL-2.0-or-later
#include "install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "executable.h"
#include "trusted.h"

enum { ATTEMPTS = 100 };

/* A new file that nobody else can open yet. */
struct temporary {
	const struct install_place *place;
	char name[64];	/* "" once it has another name, or none */
	int write_fd;
	int read_fd;	/* locked as long as we live, which tells the file from a left-over */
};

static void temporary_release(struct temporary *temporary)
{
	if (temporary->name[0])
		unlinkat(temporary->place->directory, temporary->name, 0);
	if (temporary->write_fd >= 0)
		close(temporary->write_fd);
	if (temporary->read_fd >= 0)
		close(temporary->read_fd);
}

/* Whether the locked file is still there: somebody may have taken it for a left-over before it was locked. */
static bool lock_in_time(int fd)
{
	struct stat status;

	/* A kernel built without file locks has none that remove left-overs either. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != ENOSYS)
		return false;
	return fstat(fd, &status) == 0 && status.st_nlink == 1;
}

static int temporary_create(const struct install_place *place, struct temporary *temporary, struct kml_err *err)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		uint64_t number;

		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return err_errno(err, "cannot get a random number");
		snprintf(temporary->name, sizeof(temporary->name), INSTALL_TEMPORARY "%016llx",
			(unsigned long long)number);
		temporary->write_fd = trusted_open_name(
			place->directory, temporary->name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (temporary->write_fd < 0 && errno != EEXIST) {
			temporary->name[0] = '\0';
			return err_errno(err, "%s: cannot make a file there", place->name);
		}
		if (temporary->write_fd < 0)
			continue;
		temporary->read_fd = trusted_open_name(place->directory, temporary->name, O_RDONLY, 0);
		if (temporary->read_fd >= 0 && lock_in_time(temporary->read_fd))
			return 0;
		close(take_fd(&temporary->write_fd));
		if (temporary->read_fd >= 0)
			close(take_fd(&temporary->read_fd));
	}
	temporary->name[0] = '\0';
	return err_set(err, EBUSY, "%s: cannot make a file there: others remove it again and again", place->name);
}

/* Removes what runs that were killed have left; a file that is locked belongs to a run that lives. */
static void remove_leftovers(const struct install_place *place)
{
	int copy = openat(place->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!list && copy >= 0)
		close(copy);
	while (list && (entry = readdir(list))) {
		_cleanup_close_ int fd = -1;

		if (strncmp(entry->d_name, INSTALL_TEMPORARY, strlen(INSTALL_TEMPORARY)))
			continue;
		fd = trusted_open_name(place->directory, entry->d_name, O_RDONLY | O_NONBLOCK, 0);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(place->directory, entry->d_name, 0);
	}
	if (list)
		closedir(list);
}

static int fill(const struct temporary *temporary, int source, const char *path, struct kml_err *err)
{
	int result = file_copy(source, temporary->write_fd, INT64_MAX);

	if (result < 0)
		return err_set(err, -result, "%s: cannot be copied to %s: %s", path, temporary->place->name,
			strerror(-result));
	/* The source may have changed under the copy; nobody but us can change this one. */
	return executable_check(temporary->read_fd, path, err);
}

static int publish(struct temporary *temporary, const char *name, struct kml_err *err)
{
	const struct install_place *place = temporary->place;

	/* The owner first: a change of owner may take mode bits away. */
	if (fchown(temporary->write_fd, place->owner, place->group) < 0 || fchmod(temporary->write_fd, 0755) < 0 ||
		fsync(temporary->write_fd) < 0)
		return err_errno(err, "%s/%s", place->name, name);
	/* A program that somebody has open for writing cannot be started. */
	close(take_fd(&temporary->write_fd));
	if (renameat(place->directory, temporary->name, place->directory, name) < 0)
		return err_errno(err, "%s/%s: cannot be replaced", place->name, name);
	temporary->name[0] = '\0';
	if (fsync(place->directory) < 0)
		return err_errno(err, "%s", place->name);
	return 0;
}

int install_program(const struct install_place *place, const char *path, struct kml_err *err)
{
	_cleanup_(temporary_release) struct temporary temporary = { .place = place, .write_fd = -1, .read_fd = -1 };
	_cleanup_close_ int source = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int result;

	if (source < 0)
		return err_errno(err, "%s", path);
	result = trusted_check_name(name, err);
	/* Checked here as well so that what is no program is not copied first, however large. */
	if (result == 0)
		result = executable_check(source, path, err);
	if (result < 0)
		return result;
	remove_leftovers(place);
	result = temporary_create(place, &temporary, err);
	if (result == 0)
		result = fill(&temporary, source, path, err);
	return result < 0 ? result : publish(&temporary, name, err);
}

int install_remove(const struct install_place *place, const char *name, struct kml_err *err)
{
	int result = trusted_check_name(name, err);

	if (result < 0)
		return result;
	if (unlinkat(place->directory, name, 0) < 0) {
		if (errno == ENOENT)
			return err_set(err, ENOENT, "%s: there is no such program in %s", name, place->name);
		return err_errno(err, "%s/%s: cannot be removed", place->name, name);
	}
	if (fsync(place->directory) < 0)
		return err_errno(err, "%s", place->name);
	return 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Why the kernel would not start it in kernel mode, behind its path; err->text is "" if it would. */
static void find_problem(const struct install_place *place, const char *name, const char *path, struct kml_err *err)
{
	_cleanup_close_ int fd = trusted_open_name(place->directory, name, O_RDONLY | O_NONBLOCK, 0);
	struct stat status;

	err->text[0] = '\0';
	if (fd < 0 && errno == ELOOP) {
		err_set(err, ELOOP, "%s: is a symbolic link", path);
	} else if (fd < 0 || fstat(fd, &status) < 0) {
		err_errno(err, "%s: cannot be read", path);
	} else if (!S_ISDIR(status.st_mode) && executable_check(fd, path, err) == 0 &&
		trusted_check_status(&status, path, place->owner, err) == 0 && !(status.st_mode & S_IXOTH)) {
		err_set(err, EACCES, "%s: not executable for everybody (mode %04o)", path, status.st_mode & 07777);
	}
}

static int list_one(const struct install_place *place, const char *name, FILE *out)
{
	_cleanup_free_ char *path = NULL;
	struct kml_err problem;

	if (asprintf(&path, "%s/%s", place->name, name) < 0)
		return -ENOMEM;
	find_problem(place, name, path, &problem);
	if (problem.text[0])
		/* Its sentence begins with the path. */
		fprintf(out, "%s\t%s\n", name, problem.text + strlen(path) + 2);
	else
		fprintf(out, "%s\n", name);
	return 0;
}

int install_list(const struct install_place *place, FILE *out, struct kml_err *err)
{
	struct dirent **entries;
	int count = scandirat(place->directory, ".", &entries, is_visible, alphasort);
	int result = 0;

	if (count < 0)
		return err_errno(err, "%s", place->name);
	for (int i = 0; i < count; i++) {
		if (result == 0 && list_one(place, entries[i]->d_name, out) < 0)
			result = err_set(err, ENOMEM, "out of memory");
		free(entries[i]);
	}
	free(entries);
	return result;
}
