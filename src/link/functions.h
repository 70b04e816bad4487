/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where functions of a linked program begin, so that instructions can be found. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kml_err;
struct program;

struct functions {
	const struct program *program;
	uint64_t *starts; /* sorted; those of sections, too */
	size_t count;
	/* Where the last search ended: the next is mostly behind it, and long functions are not decoded again. */
	uint64_t at, end;
};

struct instruction_place {
	uint64_t address;
	size_t room; /* bytes up to the end of the section */
};

int functions_collect(const struct program *program, struct functions *ret, struct kml_err *err);
void functions_free(struct functions *functions);

/* The instruction that has this byte, but does not begin with it. */
bool functions_find(struct functions *functions, uint64_t byte, struct instruction_place *ret);
