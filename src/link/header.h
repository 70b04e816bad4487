/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Writes a header for names of a kernel. */
#include <stddef.h>

struct kernel;
struct kml_err;
struct messages;

/* Names that cannot be declared are one line each in messages; the result is -ENOENT then, and err is empty. */
int header_make(const char *path, const struct kernel *kernel, const char *btf, char *const *names, size_t count,
	struct messages *messages, struct kml_err *err);
