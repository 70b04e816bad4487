/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What a program declares, and does not define itself, from its debug information; as BTF. */
#include "types.h"

struct declaration {
	char *name;
	char *place; /* "prog.c:12" */
	bool variable;
	struct type type; /* a prototype; of a variable, its type */
};

struct declarations {
	struct btf *btf;
	struct declaration *list;
	size_t count;
};

/*
 * Adds those that wanted() wants. bytes: an object file or a linked program, in memory. Without debug information
 * there are none.
 */
int declarations_read(struct declarations *declarations, const char *name, const void *bytes, size_t size,
	bool (*wanted)(const char *name, void *context), void *context, struct kml_err *err);
void declarations_free(struct declarations *declarations);
