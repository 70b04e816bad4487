// SPDX-License-Identifier: GPL-2.0-or-later
#include "filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "settings.h"

enum { TYPE_SIZE = 64 };

/* What kind of file system the mount has on which the file is; see proc(5), mountinfo. */
static bool find_type(int fd, char type[TYPE_SIZE])
{
	_cleanup_fclose_ FILE *mounts = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	struct statx status;
	size_t size = 0;

	if (!mounts || statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0 || !(status.stx_mask & STATX_MNT_ID))
		return false;
	while (getline(&line, &size, mounts) > 0) {
		const char *separator = strstr(line, " - ");

		if (strtoull(line, NULL, 10) == status.stx_mnt_id && separator)
			return sscanf(separator, " - %63s", type) == 1;
	}
	return false;
}

static bool is_on_device(const char *type)
{
	_cleanup_fclose_ FILE *types = fopen("/proc/filesystems", "re");
	char line[128], expected[TYPE_SIZE + 2];

	snprintf(expected, sizeof(expected), "\t%s\n", type);
	while (types && fgets(line, sizeof(line), types))
		if (!strcmp(line, expected))
			return true;
	return !types;
}

static bool is_local(const char *type)
{
	/* Of an overlay, the layer with the file cannot be seen from here; "rootfs" is one of the two before it. */
	static const char *const without_device[] = { "tmpfs", "ramfs", "rootfs", "jffs2", "ubifs", "overlay" };

	for (size_t i = 0; i < sizeof(without_device) / sizeof(without_device[0]); i++)
		if (!strcmp(type, without_device[i]))
			return true;
	/* A device of root's, but a server that answers for it */
	return strncmp(type, "fuse", 4) && is_on_device(type);
}

int filesystem_check(int fd, const char *name, struct kml_err *err)
{
	char type[TYPE_SIZE];

	if (settings_number("network_file_systems") || !find_type(fd, type) || is_local(type))
		return 0;
	return err_set(err, EPERM, "%s: is on a file system of type %s, which somebody else may serve; copy it to one of this "
		"machine's, or allow it: sudo sysctl kernel.kml.network_file_systems=1", name, type);
}
