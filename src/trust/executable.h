/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct elf_needs;
struct kml_err;

/* Whether the kernel would take it for a native program, as its rule "format" does. */
int executable_check_format(int fd, const char *name, struct kml_err *err);

/* Whether it is a 64-bit program of this architecture; the sentence says what it is instead. Tells what it needs. */
int executable_read(int fd, const char *name, struct elf_needs *ret, struct kml_err *err);
