/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Programs that cannot do without memory that is writable and executable. */
struct elf_needs;
struct kml_err;

/* Whether the program does without, or asks for it, so that root can allow it. */
int memory_check_asked(int fd, const char *name, const struct elf_needs *needs, struct kml_err *err);

/* Whether the kernel that runs lets the program have what it needs. */
int memory_check_allowed(int fd, const char *name, const struct elf_needs *needs, struct kml_err *err);
