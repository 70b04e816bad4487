/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Objects are compiled as if the kernel's variables were the program's own.
 * This makes every use of them go through a slot. What it cannot do is an
 * error that names the place, never a wrong program.
 */
#include "imports.h"

/* 1 and the new object at path, 0 when the object can stay as it is, or -errno. */
int rewrite_object(const struct object *object, const struct imports *imports, const char *path, struct kml_err *err);
