// SPDX-License-Identifier: GPL-2.0-or-later
#include "start_library.h"

#include "common/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "libkml-start.a"

/*
 * An installed kml-link knows the place from its build. One that is run from
 * the build tree, or from a tree that was moved, looks relative to itself.
 */
char *start_library_find(void)
{
	static const char *const relative[] = { "start/" NAME, "../lib/kml/" NAME, "../" KML_LIBDIR "/kml/" NAME };
	char directory[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", directory, sizeof(directory) - 1);
	char *path, *slash;

	if (length > 0) {
		directory[length] = '\0';
		slash = strrchr(directory, '/');
		if (slash)
			*slash = '\0';
		for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
			if (asprintf(&path, "%s/%s", directory, relative[i]) < 0)
				return NULL;
			if (access(path, R_OK) == 0)
				return path;
			free(path);
		}
	}
	if (access(KML_START_DIR "/" NAME, R_OK) == 0)
		return strdup(KML_START_DIR "/" NAME);
	return NULL;
}
