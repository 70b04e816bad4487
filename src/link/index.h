/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The index of a kernel, which tells the binder where everything is, and of which type; see kml/program.h. */
struct kernel;
struct kml_err;

/* btf: a file with the types, or NULL for the kernel's own, if it has some. */
int index_write(const char *path, const struct kernel *kernel, const char *btf, struct kml_err *err);
