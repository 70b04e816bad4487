// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

static void read_line(const char *name, char *ret, int size)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/kernel/kml/%s", name);
	file = fopen(path, "re");
	if (!file || !fgets(ret, size, file))
		*ret = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

int settings_number(const char *name)
{
	char line[32];

	read_line(name, line, sizeof(line));
	return atoi(line);
}

void settings_directory(char ret[SETTINGS_DIRECTORY_SIZE])
{
	read_line("directory", ret, SETTINGS_DIRECTORY_SIZE);
}
