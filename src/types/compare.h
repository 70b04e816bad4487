/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Is what a program declares what the kernel has? As a C compiler would ask,
 * but what makes no difference when it runs is none: names of typedefs,
 * qualifiers, void * for any pointer, an integer for an enumeration. A
 * structure that the program only names is right if the name is; of one that it
 * knows the members, they have to be where the kernel has them.
 */
#include "types.h"

/* NULL when they fit, else the first difference, as "parameter 2: 'int' here, 'long' in the kernel"; to be freed. */
char *compare_types(struct type program, struct type kernel);
