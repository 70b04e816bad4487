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
