/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* BTF from a file may say anything, and libbpf only looks whether it is cut. */
#include <stdbool.h>

struct btf;

/*
 * Whether all that it refers to is there, nothing contains itself, and nothing
 * is so deep that writing it as C would not end.
 */
bool btf_is_sound(const struct btf *btf);
