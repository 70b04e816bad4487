/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Lists of directories, and the one that /etc/ld.so.conf describes. */
#include <stddef.h>

struct directories {
	char **paths;	/* NULL at the end, or NULL when empty */
	size_t count;
};

/* 0 or -ENOMEM; a path that is not absolute is skipped, as nobody knows what it is relative to. */
int directories_add(struct directories *directories, const char *path, size_t length);

/* As many as the separators make of it. */
int directories_add_list(struct directories *directories, const char *list, const char *separators);
void directories_release(struct directories *directories);

/* Adds what the file lists, with its "include" lines; a file that cannot be read lists nothing. 0 or -ENOMEM. */
int ldconf_read(const char *path, struct directories *directories);

/* The same in the tree of an image, whose root directory is root: its files say paths as they are in it. */
int ldconf_read_below(const char *root, const char *path, struct directories *directories);
