/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stdbool.h>

struct kml_err;

/* Prints what a linked program imports. */
int show_program(const char *path, bool json, struct kml_err *err);
