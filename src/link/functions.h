/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where functions of a linked program begin, so that instructions can be found. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* For struct linked_relocations: a struct functions. */
void *functions_map(const struct program *program);
void functions_free(void *map);

/* The instruction that has this byte, but does not begin with it. */
bool functions_find(struct functions *functions, uint64_t byte, struct instruction_place *ret);
