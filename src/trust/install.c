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
#include <sys/xattr.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "executable.h"
#include "image/needs.h"
#include "imports.h"
#include "loader.h"
#include "memory.h"
#include "place.h"
#include "record.h"
#include "trusted.h"

enum { ATTEMPTS = 100 };

/* A new file that nobody else can open yet. */
struct temporary {
	const struct place *place;
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

static int temporary_create(const struct place *place, struct temporary *temporary, struct kml_err *err)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		uint64_t number;

		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return err_errno(err, "cannot get a random number");
		snprintf(temporary->name, sizeof(temporary->name), PLACE_TEMPORARY "%016llx",
			(unsigned long long)number);
		temporary->write_fd = walk_open_name(
			place->directory, temporary->name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (temporary->write_fd < 0 && errno != EEXIST) {
			temporary->name[0] = '\0';
			return err_errno(err, "%s: cannot make a file there", place->name);
		}
		if (temporary->write_fd < 0)
			continue;
		temporary->read_fd = walk_open_name(place->directory, temporary->name, O_RDONLY, 0);
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
static void remove_leftovers(const struct place *place)
{
	int copy = openat(place->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!list && copy >= 0)
		close(copy);
	while (list && (entry = readdir(list))) {
		_cleanup_close_ int fd = -1;

		if (strncmp(entry->d_name, PLACE_TEMPORARY, strlen(PLACE_TEMPORARY)))
			continue;
		fd = walk_open_name(place->directory, entry->d_name, O_RDONLY | O_NONBLOCK, 0);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(place->directory, entry->d_name, 0);
	}
	if (list)
		closedir(list);
}

int install_check_rights(int fd, const struct stat *status, const char *name, struct kml_err *err)
{
	if (status->st_mode & (S_ISUID | S_ISGID))
		return err_set(err, EPERM, "%s: is a set-%s-ID program (mode %04o), and would have that right, too; "
			"a copy made with cp has it not", name, status->st_mode & S_ISUID ? "user" : "group",
			status->st_mode & 07777);
	if (fgetxattr(fd, "security.capability", NULL, 0) >= 0)
		return err_set(err, EPERM, "%s: has file capabilities, and would have them, too; a copy made with cp has none",
			name);
	return 0;
}

/* All that can be told from the file itself. */
static int check_program(const struct place *place, int fd, const char *path, struct elf_needs *ret, struct kml_err *err)
{
	struct stat status;
	int result;

	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", path);
	if (S_ISREG(status.st_mode) && status.st_size > PLACE_PROGRAM_MAX)
		return err_set(err, EFBIG, "%s: is larger than any program", path);
	result = executable_read(fd, path, *place->root.name, ret, err);
	if (result == 0)
		result = memory_check_asked(fd, path, ret, err);
	return result < 0 ? result : install_check_rights(fd, &status, path, err);
}

static int check_imports(const struct place *place, int fd, const char *path, struct kml_err *err)
{
	struct imports *imports;
	int result = imports_open(fd, path, &imports, err);

	if (result < 0)
		return result;
	result = imports_check(imports, path, place->kernel, err);
	imports_close(imports);
	return result;
}

/* The source may have changed under the copy, so all is checked again; nobody but us can change this one. */
static int check_copy(const struct temporary *temporary, const char *path, struct kml_err *err)
{
	const struct place *place = temporary->place;
	_cleanup_needs_ struct elf_needs needs = {};
	int result = check_program(place, temporary->read_fd, path, &needs, err);

	if (result == 0)
		result = loader_check(&place->root, place->path, path, &needs, err);
	return result < 0 ? result : check_imports(place, temporary->read_fd, path, err);
}

static int fill(const struct temporary *temporary, int source, const char *path, struct kml_err *err)
{
	struct record record;
	int result = file_copy(source, temporary->write_fd, PLACE_PROGRAM_MAX);

	if (result < 0)
		return err_set(err, -result, "%s: cannot be copied to %s: %s", path, temporary->place->name,
			strerror(-result));
	result = check_copy(temporary, path, err);
	if (result < 0 || !temporary->place->record)
		return result;
	result = record_make(temporary->read_fd, path, &record, err);
	return result < 0 ? result : record_write(temporary->write_fd, path, &record, err);
}

static int publish(struct temporary *temporary, const char *name, struct kml_err *err)
{
	const struct place *place = temporary->place;

	/* The owner first: a change of owner may take mode bits away. From the mode on, it can be executed. */
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

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int install_program(const struct place *place, const char *path, struct kml_err *err)
{
	_cleanup_(temporary_release) struct temporary temporary = { .place = place, .write_fd = -1, .read_fd = -1 };
	_cleanup_close_ int source = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	_cleanup_needs_ struct elf_needs needs = {};
	const char *name = base_name(path);
	int result;

	if (source < 0)
		return err_errno(err, "%s", path);
	result = trusted_check_name(name, err);
	/* Checked here as well so that what is no program is not copied first, however large. */
	if (result == 0)
		result = check_program(place, source, path, &needs, err);
	if (result < 0)
		return result;
	remove_leftovers(place);
	result = temporary_create(place, &temporary, err);
	if (result == 0)
		result = fill(&temporary, source, path, err);
	return result < 0 ? result : publish(&temporary, name, err);
}

int install_remove(const struct place *place, const char *name, struct kml_err *err)
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

bool install_is_interpreter(const char *path)
{
	static const char *const names[] = { "ash", "awk", "bash", "busybox", "csh", "dash", "fish", "gawk", "gdb", "java", "ksh",
		"lua", "luajit", "mawk", "node", "perl", "php", "python", "ruby", "sh", "tclsh", "tcsh", "toybox", "zsh" };
	const char *name = base_name(path);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		/* "python3.11" is python. */
		if (!strncmp(name, names[i], length) && !name[length + strspn(name + length, "0123456789.-")])
			return true;
	}
	return false;
}
