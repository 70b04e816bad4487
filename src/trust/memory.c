// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include <errno.h>
#include <stdbool.h>

#include "common/err.h"
#include "image/needs.h"
#include "imports.h"
#include "settings.h"

/* 1 or 0, or why the program cannot be read. */
static int asks(int fd, const char *name, struct kml_err *err)
{
	struct imports *imports;
	int result = imports_open(fd, name, &imports, err);

	if (result < 0)
		return result;
	result = imports_ask_for_executable_memory(imports);
	imports_close(imports);
	return result;
}

int memory_check_asked(int fd, const char *name, const struct elf_needs *needs, struct kml_err *err)
{
	int asked = needs->executable_memory ? asks(fd, name, err) : 1;

	if (asked != 0)
		return asked < 0 ? asked : 0;
	return err_set(err, EPERM, "%s: has a stack, a segment or relocated code that is writable and executable, and does not ask for it; "
		"link it without (-fPIC, -z noexecstack), or with kml-link --executable-memory", name);
}

int memory_check_allowed(int fd, const char *name, const struct elf_needs *needs, struct kml_err *err)
{
	int setting = needs->executable_memory ? settings_number("executable_memory") : SETTING_MEMORY_ALWAYS;
	int result = setting == SETTING_MEMORY_ALWAYS ? 0 : memory_check_asked(fd, name, needs, err);

	if (result < 0 || setting != SETTING_MEMORY_NEVER)
		return result;
	return err_set(err, EPERM, "%s: has a stack, a segment or relocated code that is writable and executable; "
		"allow it to programs that ask for it: sudo sysctl kernel.kml.executable_memory=1", name);
}
