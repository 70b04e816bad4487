/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Puts a whole new file in place, or leaves what is there. */
#include <stddef.h>

struct kernel;
struct kml_err;

/* An error if there is something that must not be replaced: no regular file, or what is read. btf: a file, or NULL. */
int put_check(const char *path, const struct kernel *kernel, const char *btf, struct kml_err *err);

int put_file(const char *path, const void *bytes, size_t size, struct kml_err *err);
