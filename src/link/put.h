/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Puts a whole new file in place, or leaves what is there. */
#include <stddef.h>

struct kml_err;

int put_file(const char *path, const void *bytes, size_t size, struct kml_err *err);
