/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where programs are installed, and by which rules. */
#include <stdbool.h>
#include <sys/types.h>

#include "walk.h"

/* A run that was cut off may leave files whose names begin so: empty, half, or complete. Only complete ones can be executed. */
#define PLACE_TEMPORARY ".kml-install."

/* Programs are read into memory as a whole. */
#define PLACE_PROGRAM_MAX ((off_t)1 << 30)

struct place {
	struct walk_root root;	/* of the system or of an image */
	const char *path;	/* of the trusted directory, below root */
	char *name;		/* both, for messages */
	int directory;		/* from trusted_open(), or -1 */
	uid_t owner;		/* whom programs there belong to */
	gid_t group;
	const char *kernel;	/* that has to have what programs import, or NULL for any */
	bool record;		/* whether programs get a record */
};
