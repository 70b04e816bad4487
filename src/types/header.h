/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* C headers that declare functions of the kernel, with the types that they need. */
#include "types.h"

#include <stdio.h>

struct header_name {
	const char *name;
	struct type type; /* known or doubtful */
	bool variable;
	bool doubtful;
	uint32_t hash; /* or 0 */
};

/* from: the kernel, for people. 0 or -ENOMEM. */
int header_write(FILE *file, const struct header_name *names, size_t count, const char *from);
