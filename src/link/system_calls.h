/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stdbool.h>

struct kml_err;

/* Prints where a linked program makes system calls by the instruction for them. */
int system_calls_list(const char *path, bool json, struct kml_err *err);
