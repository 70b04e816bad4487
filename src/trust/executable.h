/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stdbool.h>

struct elf_needs;
struct kml_err;

/*
 * Whether the kernel would take it for a native program, as its rule "format"
 * does. elsewhere: the kernel of another system, whose architecture may be any
 * that has kernel mode.
 */
int executable_check_format(int fd, const char *name, bool elsewhere, struct kml_err *err);

/* Whether it is such a program; the sentence says what it is instead. Tells what it needs. */
int executable_read(int fd, const char *name, bool elsewhere, struct elf_needs *ret, struct kml_err *err);
