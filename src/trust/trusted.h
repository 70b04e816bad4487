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

/*
 * Opens the directory path, which is relative to the directory base, step by
 * step without following links. base itself and every directory on the way
 * have to belong to owner and to be closed for everybody else's writes.
 * base_name stands before path in messages: "" when base is the root.
 */
int trusted_open(int base, const char *base_name, const char *path, uid_t owner, int *ret_fd, struct kml_err *err);

/* Whether only owner can change what has this status; the sentence says which bit it is and what mends it. */
int trusted_check_status(const struct stat *status, const char *name, uid_t owner, struct kml_err *err);

/* Opens a plain name in the directory and nothing else, whatever that name is there. -1 and errno. */
int trusted_open_name(int directory, const char *name, int flags, mode_t mode);

/* Whether it can be a program's name there: no slash, no leading dot, not empty. */
int trusted_check_name(const char *name, struct kml_err *err);
