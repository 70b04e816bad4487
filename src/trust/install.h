/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Programs in the trusted directory. Whenever a run is cut off, there is
 * either the old program or the new one under its name, complete and on disk;
 * what is left over has a name that begins with INSTALL_TEMPORARY and mode
 * 0600 or a complete content, and goes with the next installation.
 */
#include <stdio.h>
#include <sys/types.h>

struct kml_err;

#define INSTALL_TEMPORARY ".kml-install."

struct install_place {
	int directory;		/* from trusted_open() */
	const char *name;	/* of it, for messages */
	uid_t owner;		/* whom programs there belong to */
	gid_t group;
};

/* Copies the program at path in, under its last component. */
int install_program(const struct install_place *place, const char *path, struct kml_err *err);

int install_remove(const struct install_place *place, const char *name, struct kml_err *err);

/* Prints the names in order; behind a name, why that one does not start in kernel mode. */
int install_list(const struct install_place *place, FILE *out, struct kml_err *err);
