/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Starting a program on a kernel that has kernel mode. */
struct kml_err;

/* Whether the kernel that runs has kernel mode. */
int start_is_possible(void);

/*
 * Executes the program if it lies below the trusted directory (else the
 * kernel would start it as an ordinary process). Returns only when it fails.
 * Whether the program is really to be trusted, only the kernel decides: this
 * is help for the user, not a check of security.
 */
int start_program(const char *path, const char *trusted_directory, char *const argv[], char *const envp[],
	struct kml_err *err);
