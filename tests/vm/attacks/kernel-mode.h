/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Whether an attacker's code has got where it wants to be. With kernel mode on, the CPU tells. With kernel mode
 * disabled, a model tells what the rule would have said that trusts paths: a program is in kernel mode if its path,
 * as the process itself sees it, begins with /trusted/; and nothing that it executes later is looked at. The kernel
 * makes the text of /proc/self/exe in the way in which that rule made its path.
 */
#include <kml/kml.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* An attacker may have no /proc: the script that starts all of them opens it here. What ends with the first says so. */
enum { NO_PROC = 99, PROC = 9 };

/* An attacker's exit status: its code has run in kernel mode, or has run, but not there */
enum { IN_KERNEL_MODE = 40, IN_USER_MODE = 43 };

static inline bool kernel_mode_is_disabled(void)
{
	char value = 0;
	int setting = openat(PROC, "sys/kernel/kml/disabled", O_RDONLY | O_CLOEXEC);

	if (setting < 0 || read(setting, &value, 1) != 1)
		_exit(NO_PROC);
	close(setting);
	return value == '1';
}

static inline bool old_rule_trusts(const char *program)
{
	char path[4096] = "";

	if (readlinkat(PROC, program, path, sizeof(path) - 1) < 0)
		_exit(NO_PROC);
	return !strncmp(path, "/trusted/", strlen("/trusted/"));
}

static inline bool in_kernel_mode(void)
{
	return kernel_mode_is_disabled() ? old_rule_trusts("self/exe") : kml_cpl() == 0;
}

static inline int attack_status(void)
{
	return in_kernel_mode() ? IN_KERNEL_MODE : IN_USER_MODE;
}
