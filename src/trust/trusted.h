/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The trusted directory, seen through descriptors only. What the kernel asks
 * of it is asked here too, so that the reason is told before a program
 * silently runs as an ordinary process.
 */
#include <sys/stat.h>
#include <sys/types.h>

struct kml_err;
struct walk_root;

/*
 * Opens the directory path below the root without following links. The root
 * and every directory on the way have to belong to owner and to be closed for
 * everybody else's writes.
 */
int trusted_open(const struct walk_root *root, const char *path, uid_t owner, int *ret_fd, struct kml_err *err);

/* Makes the directory, if its parent is sound; one that is there already has to be sound, and gets its mode. */
int trusted_create(const struct walk_root *root, const char *path, uid_t owner, gid_t group, struct kml_err *err);

/* Whether what has this status belongs to owner; the sentence says what mends it. */
int trusted_check_owner(const struct stat *status, const char *name, uid_t owner, struct kml_err *err);

/* Whether nobody but its owner can write to it; the sentence says which bit it is and what mends it. */
int trusted_check_mode(const struct stat *status, const char *name, struct kml_err *err);

/* Both. */
int trusted_check_status(const struct stat *status, const char *name, uid_t owner, struct kml_err *err);

/* Whether programs on this mount can start in kernel mode; any descriptor on it will do. */
int trusted_check_mount(int fd, const char *name, struct kml_err *err);

/* Whether it can be a program's name there: no slash, no leading dot, not empty. */
int trusted_check_name(const char *name, struct kml_err *err);
