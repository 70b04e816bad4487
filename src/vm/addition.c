// SPDX-License-Identifier: GPL-2.0-or-later
#include "addition.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "bundle.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "libraries.h"

/* Links stay as they are: the program may look for the file by this very name. */
static char *absolute(const char *file)
{
	_cleanup_free_ char *here = getcwd(NULL, 0);
	char *path;

	if (*file == '/')
		return strdup(file);
	return here && asprintf(&path, "%s/%s", here, file) >= 0 ? path : NULL;
}

int addition_add(struct bundle *bundle, const struct library_search *search, const char *text, struct kml_err *err)
{
	const char *equals = *text == '/' ? strchr(text, '=') : NULL;
	const char *file = equals ? equals + 1 : text;
	_cleanup_free_ char *real = realpath(file, NULL), *destination = NULL;
	_cleanup_close_ int fd = -1;

	if (!real && !equals && strchr(text, '='))
		return err_set(err, EINVAL, "--add=%s: '%.*s' is not an absolute path", text,
			(int)strcspn(text, "="), text);
	if (!real)
		return err_errno(err, "%s", file);
	destination = equals ? strndup(text, equals - text) : absolute(file);
	if (!destination)
		return err_set(err, ENOMEM, "out of memory");
	fd = open(real, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "%s", file);
	return libraries_add_file(bundle, search, fd, real, destination, err);
}
