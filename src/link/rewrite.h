/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Objects are compiled as if the kernel's variables were the program's own.
 * This makes every use of them go through a slot. What it cannot do is an
 * error that names the place, never a wrong program.
 */
#include "imports.h"
#include "rewriter.h"
#include "site.h"

/* For x86-64: 1 and the new object at path, 0 when the object can stay as it is, or -errno. */
int rewrite_object(const struct object *object, const struct imports *imports, const char *path, struct kml_err *err);

/* What architectures share. */

/* Rewrites what a section of relocations is about. */
typedef int rewrite_section_function(struct rewriter *rewriter, size_t relocations, struct kml_err *err);

/* The same as rewrite_object() for another architecture. */
int rewrite_object_by(const struct object *object, const struct imports *imports, const char *path,
	unsigned int relocation_type, rewrite_section_function *rewrite_relocations, struct kml_err *err);

/* Why the binder cannot write a pointer into this section, or NULL. */
const char *rewrite_fixup_problem(const struct rewriter *rewriter, size_t section);

/* Lets it. */
void rewrite_open_fixup(struct rewriter *rewriter, size_t section);
