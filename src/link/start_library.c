// SPDX-License-Identifier: GPL-2.0-or-later
#include "start_library.h"

#include "common/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * An installed kml-link knows the place from its build. One that is run from
 * the build tree, or from a tree that was moved, looks relative to itself.
 */
char *start_library_find(const char *name)
{
	static const char *const relative[] = { "start", "../lib/kml", "../" KML_LIBDIR "/kml" };
	char directory[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", directory, sizeof(directory) - 1);
	char *path, *slash;

	if (length > 0) {
		directory[length] = '\0';
		slash = strrchr(directory, '/');
		if (slash)
			*slash = '\0';
		for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
			if (asprintf(&path, "%s/%s/%s", directory, relative[i], name) < 0)
				return NULL;
			if (access(path, R_OK) == 0)
				return path;
			free(path);
		}
	}
	if (asprintf(&path, "%s/%s", KML_START_DIR, name) < 0)
		return NULL;
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}
