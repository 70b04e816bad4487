/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the program takes from the kernel. */
#include "link/inputs.h"

#include <kml/abi.h>

struct kernel;
struct messages;

struct import {
	const char *name;
	enum kml_import_kind kind;
	enum kml_import_binding binding;
	unsigned int number; /* of a system call */
};

struct imports {
	struct import *list; /* sorted by name: same input, same output */
	size_t count;
};

/* Is a name for the kernel to have, and where in the source is it used first, if that is known? */
struct wanted {
	bool wanted;
	char place[128]; /* "prog.c:12", or "" */
};

/* The import of that name, or NULL. */
const struct import *import_find(const struct imports *imports, const char *name);

/*
 * Decides what each name is; wanted[i] is about inputs->undefined.list[i].
 * Every name that cannot be had is one line in messages and
 * makes the result -ENOENT.
 */
int imports_resolve(const struct inputs *inputs, const struct wanted *wanted, const struct kernel *kernel,
	struct imports *ret, struct messages *messages);
void imports_free(struct imports *imports);
