/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Which kernel it is when nobody says. */
#include "link/kernel.h"

/*
 * Its path: a file or a directory of a build; NULL for the kernel that runs, if it
 * has kernel mode and programs for this ELF machine; else the newest for it that
 * kernel/build has built; else the kernel that runs.
 */
int kernel_find(const struct kernel_source *source, unsigned int machine, struct kernel *ret, struct kml_err *err);

/* 0 if programs for this machine can use it. */
int kernel_check_machine(const struct kernel *kernel, unsigned int machine, struct kml_err *err);

/* What there is to know of the kernel that runs. */
struct running {
	const char *root; /* before all paths; "" */
	const char *release;
	const unsigned char *build_id; /* or NULL */
};

/*
 * Opens the best of the files that describe this kernel, in place of the source's
 * path. A file with another build-id does not, whatever its name is. -ENOENT when
 * there is none.
 */
int kernel_open_running(const struct running *running, const struct kernel_source *source, struct kernel *ret,
	struct kml_err *err);

/* The build-id of the kernel that runs; false if it does not tell. */
bool kernel_running_build_id(unsigned char ret[KML_BUILD_ID_SIZE]);
