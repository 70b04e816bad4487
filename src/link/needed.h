/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The libraries that a linked program needs, found as its loader would find them. Nothing of it is executed. */
#include <stdbool.h>

struct kml_err;
struct names;
struct program;

/* Sets defined[i] for every names->list[i] that one of the libraries defines. */
int needed_define(const struct program *program, const struct names *names, bool *defined, struct kml_err *err);
