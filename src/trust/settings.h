/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What root has allowed to the kernel that runs: /proc/sys/kernel/kml, see kml(7). */

/* Of a path, with its NUL; the kernel takes no longer one. */
enum { SETTINGS_DIRECTORY_SIZE = 128 };

enum { SETTING_MEMORY_NEVER, SETTING_MEMORY_ASKED_FOR, SETTING_MEMORY_ALWAYS };

/* A number of the kernel's, or what it is by default where that cannot be read: 0. */
int settings_number(const char *name);

/* The further trusted directory; "" if there is none. */
void settings_directory(char ret[SETTINGS_DIRECTORY_SIZE]);
