/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Gives a program or shared library that was linked already what it imports from the kernel. */
struct kernel;
struct link_opts;
struct kml_err;
struct messages;
struct vdso;

/*
 * Writes the new form of the one input to "to", or only explains. 1, 0 when it imports nothing, or -errno; as for
 * link_program(). vdso: what is to be taken from there instead of libc, or NULL.
 */
int postlink(const struct link_opts *opts, const struct kernel *kernel, const struct vdso *vdso, const char *to,
	struct messages *messages, struct kml_err *err);
