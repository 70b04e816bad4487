/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Starting a program on a kernel that has kernel mode. Only the kernel decides how; this is help for the user. */
#include <stdbool.h>
#include <stdio.h>

struct kml_err;

/* Whether the kernel that runs has kernel mode. */
int start_is_possible(void);

/*
 * Executes the program, if the kernel will start it in kernel mode. Returns
 * only when it will not, or the program cannot be executed.
 */
int start_program(const char *path, char *const argv[], char *const envp[], struct kml_err *err);

/* Prints what start_program() would come to, rule by rule: 1 when the program would be in kernel mode, else 0, or -errno. */
int start_explain(const char *path, FILE *out, struct kml_err *err);

/* The same for a machine of its own, where all but the program itself is as it should be. */
int start_explain_machine(int fd, const char *path, const char *kernel, bool user_mode, FILE *out);
