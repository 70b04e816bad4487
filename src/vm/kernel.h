/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <limits.h>

struct kml_err;
struct vm_architecture;

/* The image to boot: path is that file or a build that holds one; NULL: the newest build for the architecture. */
int kernel_find(const char *path, const struct vm_architecture *architecture, char ret[PATH_MAX], struct kml_err *err);
