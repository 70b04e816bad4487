// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscalls.h"

#include <stdlib.h>
#include <string.h>

const struct syscall_entry syscall_table[] = {
#include "syscalls.inc"
};

const size_t syscall_count = sizeof(syscall_table) / sizeof(syscall_table[0]);

static int compare(const void *name, const void *entry)
{
	return strcmp(name, ((const struct syscall_entry *)entry)->name);
}

const struct syscall_entry *syscall_find(const char *name)
{
	return bsearch(name, syscall_table, syscall_count, sizeof(syscall_table[0]), compare);
}
