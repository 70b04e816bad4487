/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The system calls of each architecture, from the system's headers when kml was built. */
#include <stddef.h>

struct syscall_entry {
	const char *name;     /* what a program calls: "sys_stat" */
	const char *function; /* what proves that a kernel has it: "__x64_sys_newstat" */
	unsigned int number;
};

struct link_arch;

/* NULL when there is none of that name. */
const struct syscall_entry *syscall_find(const struct link_arch *arch, const char *name);

/* The other way: one of its names, NULL when there is no such number. */
const char *syscall_name(const struct link_arch *arch, unsigned int number);
