/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Puts a program into the bundle together with what its loader will look for:
 * the interpreter and the shared libraries, found as the loader here would
 * find them, and stored where the loader of the machine will look. Nothing of
 * the program is executed for it.
 */
#include "common/ldconf.h"

struct bundle;
struct kml_err;

/* Where libraries are looked for, besides DT_RPATH and DT_RUNPATH. */
struct library_search {
	struct directories environment;	/* LD_LIBRARY_PATH */
	struct directories configured;	/* /etc/ld.so.conf */
	/* Known to every loader without a configuration, so the machine's loader looks there too. */
	const char *const *standard;	/* NULL: as the program has it */
};

int library_search_init(struct library_search *search, struct kml_err *err);
void library_search_release(struct library_search *search);

/* fd is not taken over. host_path leads to it; both paths are absolute. */
int libraries_add_program(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct kml_err *err);

/* The same for any file: what the machine cannot load is copied as it is. Takes nothing over either. */
int libraries_add_file(struct bundle *bundle, const struct library_search *search, int fd, const char *host_path,
	const char *guest_path, struct kml_err *err);
