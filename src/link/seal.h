/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stddef.h>

struct kml_err;

/*
 * Last step on a linked program: writes into its note where the fixups are,
 * and reads the result as a stranger would. The file is synced to disk.
 */
int seal_output(const char *path, const char *name, size_t import_count, struct kml_err *err);
