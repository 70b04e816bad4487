/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The names that a linked program left open, and that none of its libraries defines. */
#include "link/names.h"

#include <stdbool.h>

struct choices;
struct kml_err;
struct program;

struct open_names {
	struct names names; /* the strings are the program's */
	bool *defined;	    /* by a library, for each of the names */
	bool *weak;	    /* may be: mold makes all undefined names local, so nobody can tell */
	struct names unused; /* others, that no relocation refers to although the linker has kept them */
};

/* Those that the user wants from the kernel are among them, whoever defines them. */
int open_names_collect(const struct program *program, const struct choices *choices, struct open_names *ret,
	struct kml_err *err);

/* May be weak, and is not among those that nearly every program has. */
bool open_names_unclear(const struct open_names *open, size_t number);

/* Nobody refers to the unused name, and nobody defines it. */
bool open_names_forgotten(const struct program *program, const struct open_names *open, size_t number);
void open_names_free(struct open_names *open);
