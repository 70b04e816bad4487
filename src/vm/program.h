/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <limits.h>

struct kml_err;

/* As execvp() would find it; ret is "" when it is nowhere. */
void program_find(const char *name, char ret[PATH_MAX]);

/* A descriptor of an executable file, or -errno. */
int program_open(const char *path, struct kml_err *err);
