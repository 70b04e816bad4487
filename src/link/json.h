/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What kml-link prints, as JSON; kml-link(1) documents each object. Each returns 0, or -errno when memory is short. */
#include <jansson.h>

struct imports;
struct kernel;
struct kml_err;
struct messages;
struct note;
struct rebinding;
struct source_lines;
struct system_calls;

int json_print_note(const char *path, const struct note *note, struct kml_err *err);
int json_print_plan(const char *output, const struct imports *imports, const struct rebinding *rebinding,
	const struct kernel *kernel, struct kml_err *err);

/* messages: what would stop the program. */
int json_print_check(const char *path, const struct kernel *kernel, const struct messages *messages, struct kml_err *err);

int json_print_system_calls(const char *path, const struct system_calls *calls, const struct source_lines *lines,
	struct kml_err *err);

/* Takes the object over, which may be NULL. */
int json_print(json_t *object, struct kml_err *err);

/* Text that may be anything; what is no UTF-8 becomes '?'. */
json_t *json_text(const char *text);
json_t *json_kernel(const struct kernel *kernel);
