/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Would a linked program start on this kernel? */
struct kernel;
struct kml_err;
struct messages;

/*
 * What would stop it is one line each in messages, as the binder says it, and
 * makes the result -ENOEXEC; err is empty then. btf: a file with the types of
 * the kernel, or NULL for its own.
 */
int check_program(const char *path, const struct kernel *kernel, const char *btf, struct messages *messages,
	struct kml_err *err);
