/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Gives a program or shared library that was linked already what it imports from the kernel. */
#include "open_names.h"
#include "program.h"

struct kernel;
struct link_opts;
struct messages;
struct vdso;

struct postlink_input {
	struct program program;
	struct open_names open;
	bool linked; /* by kml-link */
};

int postlink_input_open(const char *path, const struct choices *choices, struct postlink_input *ret, struct kml_err *err);
void postlink_input_close(struct postlink_input *input);

/*
 * Writes its new form to "to", or only explains. 1, 0 when it imports nothing, or -errno; as for link_program(). The
 * input is good for no second time. vdso: what is to be taken from there instead of libc, or NULL.
 */
int postlink(const struct link_opts *opts, struct postlink_input *input, const struct kernel *kernel, const struct vdso *vdso,
	const char *to, struct messages *messages, struct kml_err *err);
