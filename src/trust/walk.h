/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Paths walked step by step, on descriptors, below a directory that stands for
 * the root: that of the system or of an image. Whoever walks sees each
 * directory and the file at the end before anything else happens with them.
 */
#include <stdbool.h>
#include <sys/stat.h>

struct kml_err;

struct walk_root {
	int fd;
	const char *name;	/* stands before all paths in messages: "" for the system's own root */
};

/* Looks at the open directory or file of this name; what is negative ends the walk and is its result. */
typedef int walk_visitor(int fd, const struct stat *status, const char *name, void *context, struct kml_err *err);

enum walk_links { WALK_NO_LINKS, WALK_LINKS };

/*
 * Opens what is at path for reading, and visits the root, every directory on
 * the way and what is opened. No link and no ".." leads out of the root.
 */
int walk_open(const struct walk_root *root, const char *path, enum walk_links links, walk_visitor *visitor, void *context,
	int *ret_fd, struct kml_err *err);

/* Opens a plain name in the directory and nothing else, whatever that name is there. -1 and errno. */
int walk_open_name(int directory, const char *name, int flags, mode_t mode);
