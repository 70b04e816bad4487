// SPDX-License-Identifier: GPL-2.0-or-later
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include <kml/abi.h>

#include "caller.h"
#include "common/cleanup.h"
#include "common/err.h"

int start_is_possible(void)
{
	return access(KML_SYSFS_DIR, F_OK) == 0;
}

/* A kernel with kernel mode may find the machine unsuitable, and then starts everything as ordinary processes. */
static int check_status(const char *path, struct kml_err *err)
{
	_cleanup_close_ int fd = open(KML_SYSFS_DIR "/status", O_RDONLY | O_CLOEXEC);
	char status[256];
	ssize_t size = fd < 0 ? -1 : read(fd, status, sizeof(status) - 1);

	if (size < 0)
		return err_errno(err, KML_SYSFS_DIR "/status");
	status[size] = '\0';
	status[strcspn(status, "\n")] = '\0';
	if (!strcmp(status, "on"))
		return 0;
	return err_set(err, ENOTSUP, "this machine's kernel does without kernel mode: %s (try: kml-run --machine %s)", status,
		path);
}

static int is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return !strncmp(path, directory, length) && path[length] == '/';
}

int start_program(const char *path, const char *trusted_directory, char *const argv[], char *const envp[],
	struct kml_err *err)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	const char *slash = strrchr(path, '/');

	if (!real)
		return err_errno(err, "%s", path);
	if (check_status(path, err) < 0)
		return -ENOTSUP;
	if (!is_below(real, trusted_directory))
		return err_set(err, EPERM,
			"%s: not below %s; install it: sudo kml-install %s && %s/%s (or try it: kml-run --machine %s)",
			path, trusted_directory, path, trusted_directory, slash ? slash + 1 : path, path);
	/* From such places the kernel starts it as an ordinary process. */
	if (caller_check_place(err) < 0)
		return -EPERM;
	execve(real, argv, envp);
	return err_errno(err, "%s: cannot be executed", real);
}
