// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver.h"

#include "command.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "start_library.h"
#include "temp.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Behind the objects. The vDSO comes before all libraries. */
static void add_libraries(struct command *command, const struct driver *driver)
{
	if (driver->vdso)
		command_add(command, driver->vdso);
	for (size_t i = 0; i < driver->argument_count; i++)
		command_add(command, driver->arguments[i]);
}

/*
 * The name in a linker's complaint, or NULL. They write
 *   prog.c:(.text+0x1c): warning: undefined reference to `name'   (bfd, gold)
 *   ld.lld: warning: undefined symbol: name                       (lld, mold)
 */
static char *undefined_name(char *line)
{
	static const char *const phrases[] = { "undefined reference to ", "undefined references to ",
		"undefined symbol: " };
	char *name = NULL, *end;

	for (size_t i = 0; !name && i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		name = strstr(line, phrases[i]);
		if (name)
			name += strlen(phrases[i]);
	}
	if (!name)
		return NULL;
	if (*name == '`' || *name == '\'' || *name == '"')
		name++;
	end = name;
	while (*end && (isalnum((unsigned char)*end) || strchr("_.$", *end)))
		end++;
	*end = '\0';
	return name;
}

static size_t collect(char *output, const struct inputs *inputs, bool *missing, bool *ret_no_main)
{
	char *rest = NULL, *line;
	size_t found = 0;

	for (line = strtok_r(output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *name = undefined_name(line);
		size_t number;

		*ret_no_main |= name && strcmp(name, "main") == 0;
		number = name ? names_find(&inputs->undefined, name) : NAMES_NONE;
		if (number == NAMES_NONE)
			continue;
		missing[number] = true;
		found++;
	}
	return found;
}

int driver_try(const struct driver *driver, const struct inputs *inputs, bool *missing, struct kml_err *err)
{
	_cleanup_(command_free) struct command command = {};
	_cleanup_free_ char *storage = NULL, *output = NULL, *said = NULL;
	bool no_main = false;
	size_t found;
	int status;

	command_add_split(&command, driver->compiler, &storage);
	for (size_t i = 0; i < inputs->file_count; i++)
		command_add(&command, inputs->files[i].path);
	add_libraries(&command, driver);
	/*
	 * Data of the kernel cannot be reached as the objects are now, and some
	 * linkers complain of that first: --noinhibit-exec lets them go on to
	 * the names. Behind the user's own arguments, so that these win.
	 */
	command_add(&command, "-Wl,--unresolved-symbols=report-all");
	command_add(&command, "-Wl,--warn-unresolved-symbols,--noinhibit-exec,--no-demangle");
	command_add(&command, "-o");
	command_add(&command, temp_path("try"));
	status = command_run(&command, driver->verbose, &output, err);
	if (status < 0)
		return status;
	said = strdup(output);
	if (!said)
		return err_set(err, ENOMEM, "out of memory");
	found = collect(output, inputs, missing, &no_main);
	if (no_main)
		return err_set(err, EINVAL, "no object, archive or library defines 'main'");
	/* If it failed for another reason too, the real link will say so. */
	if (found > 0 || status == 0)
		return 0;
	if (driver->vdso && strstr(said, "static link of dynamic"))
		return err_set(err, ENOTSUP, "a static program has no dynamic linker, which alone can take names from the vDSO: link "
			"without vdso.so, or without -static; libc finds the vDSO's clock by itself");
	fputs(said, stderr);
	return err_set(err, EINVAL, "%s: linking failed (exit status %d), see above", driver->compiler, status);
}

int driver_assemble(const struct driver *driver, const char *source, const char *object, struct kml_err *err)
{
	_cleanup_(command_free) struct command command = {};
	_cleanup_free_ char *storage = NULL;
	int status;

	command_add_split(&command, driver->compiler, &storage);
	command_add(&command, "-c");
	command_add(&command, source);
	command_add(&command, "-o");
	command_add(&command, object);
	status = command_run(&command, driver->verbose, NULL, err);
	return status <= 0 ? status : err_set(err, EIO, "%s: assembling failed (exit status %d), see above",
		driver->compiler, status);
}

int driver_archive(const struct driver *driver, const char *archive, const char *const *objects, size_t count,
	struct kml_err *err)
{
	size_t done = 0;

	/* In parts, because a command line has its limit. */
	while (done < count) {
		_cleanup_(command_free) struct command command = {};
		int status;

		command_add(&command, "ar");
		command_add(&command, "qcD");
		command_add(&command, archive);
		for (size_t end = done + 1000; done < count && done < end; done++)
			command_add(&command, objects[done]);
		status = command_run(&command, driver->verbose, NULL, err);
		if (status != 0)
			return status < 0 ? status : err_set(err, EIO, "ar failed (exit status %d), see above", status);
	}
	return 0;
}

int driver_link(const struct driver *driver, const char *start, const char *const *files, size_t count,
	const char *output, struct kml_err *err)
{
	_cleanup_(command_free) struct command command = {};
	_cleanup_free_ char *storage = NULL, *library = start_library_find(driver->arch->start_library);
	int status;

	if (!library)
		return err_set(err, ENOENT,
			"start-up code (%s) not found: kml is not installed completely", driver->arch->start_library);
	command_add_split(&command, driver->compiler, &storage);
	command_add(&command, start);
	command_add(&command, library);
	for (size_t i = 0; i < count; i++)
		command_add(&command, files[i]);
	add_libraries(&command, driver);
	/* A name that is still open now would be a wrong program, whatever the user's own arguments say. */
	command_add(&command, "-Wl,--unresolved-symbols=report-all,--error-unresolved-symbols");
	command_add(&command, "-o");
	command_add(&command, output);
	status = command_run(&command, driver->verbose, NULL, err);
	return status <= 0 ? status : err_set(err, EIO, "%s: linking failed (exit status %d), see above",
		driver->compiler, status);
}
