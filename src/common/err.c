// SPDX-License-Identifier: GPL-2.0-or-later
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct kml_err *err, int number, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -number;
}

int err_errno(struct kml_err *err, const char *format, ...)
{
	int number = errno;
	size_t used;
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(number));
	return -number;
}

void err_print(const struct kml_err *err)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, err->text);
}

int exit_flushed(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: cannot write the output: %s\n", program_invocation_short_name, strerror(errno));
	return KML_EXIT_FAILED;
}
