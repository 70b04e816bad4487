/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The types that belong to a kernel. */
#include "types/types.h"

struct kernel;

/*
 * From the file btf, if it is not NULL; else from the kernel's own images; else,
 * if it is the kernel that runs, from what that tells of itself. Not all have
 * some: 1, 0 when there are none, or -errno. wanted: as for types_add().
 */
int kernel_types_open(const struct kernel *kernel, const char *btf, const struct name_filter *wanted, struct types *ret,
	struct kml_err *err);
