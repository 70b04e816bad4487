/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <limits.h>

struct kml_err;

/* The bzImage to boot: path is that file or a build that holds one; NULL: the newest build. */
int kernel_find(const char *path, char ret[PATH_MAX], struct kml_err *err);
