/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * A type in 32 bits: the same for the same type in two kernels, whatever the
 * numbers in their BTF, and never 0. Typedefs and qualifiers do not count, nor
 * the names of parameters. What is passed by value counts with all that is in
 * it; a structure behind a pointer, by its name alone: most programs only pass
 * it on, and nearly every kernel has another layout of it.
 */
#include "types.h"

uint32_t hash_type(struct type type);
uint32_t hash_string(const char *string);
