/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Copies types into BTF of their own, as C and C++ programs can have them: no
 * typedefs, names that clash with nothing, and of structures only those
 * complete that a caller needs: what is passed, or pointed to by what is.
 */
#include "types.h"

struct simplified {
	struct btf *btf;
	struct simplified_type {
		struct type source; /* by its number in the kernel's BTF */
		uint32_t id;	    /* in the new one; 0 is not made yet */
		bool complete;	    /* wanted with all members */
	} *list;
	size_t count, room;
	bool failed;
};

/* Adds a prototype, or the type of a variable. Returns where it is among the list. */
size_t simplified_add(struct simplified *types, struct type type);

/* To be called when all have been added: makes the BTF. 0 or -ENOMEM. */
int simplified_make(struct simplified *types);
void simplified_free(struct simplified *types);
