/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Prints what a kernel, of any machine, has under some names. */
#include <stddef.h>

struct kml_err;
struct kernel;
struct name_filter;

/* Adds what a kernel for this machine will be asked for. */
void lookup_expect(char *const *names, size_t count, struct name_filter *ret);

/* -ENOENT when it has nothing under one of them; that is in the output, and err is empty then. */
int lookup_names(const struct kernel *kernel, char *const *names, size_t count, struct kml_err *err);
