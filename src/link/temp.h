/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The directory for everything that is half done, beside the output so that
 * the last step can be a rename. It goes away in temp_close(), and when a
 * signal ends the program. There is one per process.
 */
#include <stddef.h>

struct kml_err;

int temp_open(const char *output, struct kml_err *err);
void temp_close(void);

/* Path for a new file of that name in it; owned by this module, NULL when memory is short. */
const char *temp_path(const char *name);
