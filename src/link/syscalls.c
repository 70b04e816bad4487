// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscalls.h"

#include "arch.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *name, const void *entry)
{
	return strcmp(name, ((const struct syscall_entry *)entry)->name);
}

const struct syscall_entry *syscall_find(const struct link_arch *arch, const char *name)
{
	return bsearch(name, arch->syscalls, *arch->syscall_count, sizeof(*arch->syscalls), compare);
}

/* The function's name in the kernel may be another one, and is in the table, too: the number's own comes first. */
const char *syscall_name(const struct link_arch *arch, unsigned int number)
{
	const char *name = NULL;

	for (size_t i = 0; i < *arch->syscall_count; i++) {
		const struct syscall_entry *entry = &arch->syscalls[i];

		if (entry->number != number)
			continue;
		if (strcmp(entry->function + strlen(arch->syscall_prefix), entry->name) != 0)
			return entry->name;
		name = entry->name;
	}
	return name;
}
