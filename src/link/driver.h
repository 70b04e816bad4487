/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What kml-link asks of the compiler driver. */
#include "link/imports.h"

struct kml_err;

struct driver {
	const struct link_arch *arch;
	const char *compiler;
	char *const *arguments; /* of the user, behind "--" */
	size_t argument_count;
	const char *vdso; /* a file to link with, or NULL */
	bool verbose;
};

/*
 * A link for information only: missing[i] tells whether
 * inputs->undefined.list[i] is still undefined with libc and all libraries.
 */
int driver_try(const struct driver *driver, const struct inputs *inputs, bool *missing, struct kml_err *err);

int driver_assemble(const struct driver *driver, const char *source, const char *object, struct kml_err *err);

/* Makes an archive of objects, in this order; two of them may have the same name. */
int driver_archive(const struct driver *driver, const char *archive, const char *const *objects, size_t count,
	struct kml_err *err);

/* files: what to link instead of the inputs, in their order; start: the object of this tool, linked first. */
int driver_link(const struct driver *driver, const char *start, const char *const *files, size_t count,
	const char *output, struct kml_err *err);
