// SPDX-License-Identifier: GPL-2.0-or-later
#include "library.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "image/needs.h"
#include "trusted.h"
#include "walk.h"

/* What is wrong on the way, which matters only if there is a library at its end. */
struct way {
	struct kml_err problem;	/* the first; text is "" when there is none */
};

static int note_problem(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err)
{
	struct way *way = context;

	(void)fd;
	(void)err;
	if (!way->problem.text[0])
		trusted_check_status(status, name, 0, &way->problem);
	return 0;
}

static int refuse_problem(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err)
{
	(void)fd;
	(void)context;
	return trusted_check_status(status, name, 0, err);
}

/* How the loader, too, tells a library for its machine from what it passes over. */
static bool is_for(const struct elf_needs *program, int fd)
{
	Elf64_Ehdr header;
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && pread(fd, &header, sizeof(header), 0) == sizeof(header) &&
		!memcmp(header.e_ident, ELFMAG, SELFMAG) && header.e_ident[EI_CLASS] == program->class &&
		header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_machine == program->machine;
}

/* 1 when it is there and root's alone. */
static int open_checked(const struct walk_root *root, const char *path, const struct elf_needs *program, int *ret_fd,
	struct kml_err *err)
{
	_cleanup_close_ int fd = -1;
	struct way way = {};
	struct kml_err ignored;
	int result;

	if (walk_open(root, path, WALK_LINKS, note_problem, &way, &fd, &ignored) < 0 || !is_for(program, fd))
		return 0;
	result = !*root->name ? trusted_check_mount(fd, path, err) : 0;
	if (result < 0)
		return result;
	if (way.problem.text[0]) {
		*err = way.problem;
		return -EPERM;
	}
	*ret_fd = take_fd(&fd);
	return 1;
}

int library_open(const struct walk_root *root, const char *path, const struct elf_needs *program, struct elf_needs *ret,
	struct kml_err *err)
{
	_cleanup_close_ int fd = -1;
	int result = open_checked(root, path, program, &fd, err);

	if (result <= 0)
		return result;
	result = elf_needs_read(fd, path, ret, err);
	return result < 0 ? result : 1;
}

int library_check_loader(const struct walk_root *root, const char *path, const struct elf_needs *program, struct kml_err *err)
{
	_cleanup_close_ int fd = -1;

	return open_checked(root, path, program, &fd, err);
}

int library_check_directory(const struct walk_root *root, const char *path, struct kml_err *err)
{
	_cleanup_close_ int fd = -1;
	int result = walk_open(root, path, WALK_LINKS, refuse_problem, NULL, &fd, err);

	return result == -ENOENT || result == -ENOTDIR ? 0 : result;
}
