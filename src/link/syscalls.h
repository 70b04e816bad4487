/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The system calls of this architecture, from the system's headers when kml was built. */
#include <stddef.h>

struct syscall_entry {
	const char *name;     /* what a program calls: "sys_stat" */
	const char *function; /* what proves that a kernel has it: "__x64_sys_newstat" */
	unsigned int number;
};

extern const struct syscall_entry syscall_table[];
extern const size_t syscall_count;

/* NULL when there is none of that name. */
const struct syscall_entry *syscall_find(const char *name);
