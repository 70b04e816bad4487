// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

void program_find(const char *name, char ret[PATH_MAX])
{
	const char *list = getenv("PATH");

	ret[0] = '\0';
	/* "." and ".." would be found in each directory of PATH, where nobody has meant them. */
	if (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		snprintf(ret, PATH_MAX, "%s", name);
		return;
	}
	while (list && *list) {
		size_t length = strcspn(list, ":");

		if (snprintf(ret, PATH_MAX, "%.*s/%s", (int)length, list, name) < PATH_MAX && length &&
			access(ret, X_OK) == 0 && !is_directory(ret))
			return;
		list += length;
		list += *list == ':';
	}
	ret[0] = '\0';
}

int program_open(const char *path, struct kml_err *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "%s", path);
	if (is_directory(path)) {
		close(fd);
		return err_set(err, EISDIR, "%s: is a directory", path);
	}
	if (access(path, X_OK) < 0) {
		close(fd);
		return err_set(err, EACCES, "%s: not executable; chmod +x makes it so", path);
	}
	return fd;
}
