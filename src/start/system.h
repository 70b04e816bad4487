/* SPDX-License-Identifier: MIT */
#pragma once
/* System calls by the instruction, which works at every privilege level, and calls through the call gate. */

struct system_name {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

#ifdef __x86_64__
#include "system-x86.h"
#elif defined(__arm__)
#include "system-arm.h"
#endif
