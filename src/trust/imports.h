/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What a program takes from the kernel: only programs of kml-link have such a list. */
#include <stdbool.h>
#include <stdio.h>

struct imports;
struct kml_err;

/* Reads the list, which may be empty. */
int imports_open(int fd, const char *name, struct imports **ret, struct kml_err *err);
void imports_close(struct imports *file);

/* Whether the program asks for memory that can be written and executed: KML_NOTE_EXECUTABLE_MEMORY. */
bool imports_ask_for_executable_memory(const struct imports *file);

/* Whether this interface, and this kernel (in any form, "/proc/kallsyms" for the one that runs), have all of it. */
int imports_check(const struct imports *file, const char *name, const char *kernel, struct kml_err *err);

/* Prints the names with commas between them, or "-". */
void imports_print(const struct imports *file, FILE *out);
