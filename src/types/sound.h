/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* BTF from a file may say anything, and libbpf only looks whether it is cut. */
#include "types.h"

#include <stdbool.h>

/*
 * Whether all that it refers to is there, nothing contains itself, and nothing
 * is so deep that writing it as C would not end.
 */
bool btf_is_sound(const struct btf *btf);

/* The same of what it takes to write one type. */
bool type_is_sound(struct type type);
