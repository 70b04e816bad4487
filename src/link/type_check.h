/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Are the imports what the program says they are? */
#include <stddef.h>

struct imports;
struct kernel;
struct kml_err;
struct messages;

/* What a declaration that does not fit is. */
enum type_policy { TYPE_ERROR, TYPE_WARNING, TYPE_IGNORE };

/* A file that may have debug information, or the marks of a header that kml-link wrote. */
struct type_source {
	const char *name;
	const void *bytes;
	size_t size;
};

struct type_options {
	enum type_policy policy;
	const char *btf; /* a file, or NULL for the kernel's own */
};

/*
 * Notes the type of each import, where it is known, and compares what the
 * program declares with it. Each difference is a line in messages; the result
 * is -EINVAL then, if it is an error.
 */
int type_check(const struct type_options *options, const struct kernel *kernel, const struct type_source *sources,
	size_t source_count, struct imports *imports, struct messages *messages, struct kml_err *err);
