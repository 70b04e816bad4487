/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Puts programs into the trusted directory and removes them. Whenever a run
 * is cut off, there is either the old program or the new one under its name,
 * complete, with its record, and on disk; left-overs go with the next
 * installation.
 */
#include <stdbool.h>

struct kml_err;
struct place;
struct stat;

/* Copies the program at path in, under its last component. */
int install_program(const struct place *place, const char *path, struct kml_err *err);

int install_remove(const struct place *place, const char *name, struct kml_err *err);

/* Whether a file has rights of its own, which would be the wrong ones in kernel mode. */
int install_check_rights(int fd, const struct stat *status, const char *name, struct kml_err *err);

/* By its name: whether the program does what its caller's files say, so that everybody could put code into the kernel. */
bool install_is_interpreter(const char *path);
