/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What root allows beyond the rules: /proc/sys/kernel/kml, and sysctl.kernel.kml.NAME=VALUE on the kernel's command
 * line. The man page kml(7) has them.
 */
#ifndef KML_SETTINGS_H
#define KML_SETTINGS_H

#include <linux/types.h>

enum kml_executable_memory {
	KML_EXECUTABLE_MEMORY_NEVER,
	KML_EXECUTABLE_MEMORY_ASKED_FOR,	/* by the note of the program */
	KML_EXECUTABLE_MEMORY_ALWAYS,
};

/* Of a path, with its NUL */
#define KML_DIRECTORY_SIZE	128

/* Once true, until reboot */
bool kml_setting_disabled(void);
/* The further trusted directory; empty when there is none */
void kml_setting_directory(char ret_name[KML_DIRECTORY_SIZE]);
enum kml_executable_memory kml_setting_executable_memory(void);
bool kml_setting_network_file_systems(void);

#endif
