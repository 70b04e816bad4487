/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* kml-link as a function: objects in, a program out. */
#include "link/choices.h"
#include "link/type_check.h"

#include <stdbool.h>
#include <stddef.h>

struct kml_err;
struct messages;

struct link_opts {
	char *const *inputs;
	size_t input_count;
	const char *output; /* or NULL: named after the first input */
	const char *kernel; /* path, or NULL for the default */
	char *const *modules; /* of the kernel: files */
	size_t module_count;
	const char *compiler; /* or NULL: the usual one for the objects */
	char *const *arguments; /* for the compiler driver */
	size_t argument_count;
	bool kernel_vdso; /* take what the vDSO of the kernel has from there */
	const char *vdso; /* the same from this file, or NULL; an input may be one */
	struct choices choices;
	struct type_options types;
	bool explain; /* print the plan */
	bool dry_run; /* and do nothing else */
	bool verbose;
	bool executable_memory; /* the program asks for it by its note */
	bool json; /* the plan as JSON */
	bool fatal_warnings; /* make nothing if there is one */
};

/*
 * 0, or -errno. Wrong names are all told, as several sentences in messages,
 * and then err is empty; every other failure is one sentence in err.
 */
int link_program(const struct link_opts *opts, struct messages *messages, struct kml_err *err);

/* -ECANCELED if there were warnings and they are errors. */
int link_check_warnings(const struct link_opts *opts, const struct messages *messages, struct kml_err *err);
