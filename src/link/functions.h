/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where functions of a linked program begin, so that instructions can be found. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct program;

struct function {
	uint64_t start, size; /* size is 0 if nothing tells it */
	const char *name;     /* NULL if it has none; lives as long as the program */
};

struct functions {
	const struct program *program;
	struct function *list; /* sorted; sections begin as functions do */
	size_t count;
	/* Where the last search ended: the next is mostly behind it, and long functions are not decoded again. */
	uint64_t at, end;
};

struct instruction_place {
	uint64_t address;
	size_t room; /* bytes up to the end of the section */
};

/* For struct linked_relocations: a struct functions, of what the symbol table names. NULL when memory is short. */
void *functions_map(const struct program *program);

/* Those, and what the dynamic linker's symbols and the index of call frames tell: most of a stripped program's. */
struct functions *functions_find_all(const struct program *program);
void functions_free(void *map);

/* The last that begins at the address or before, and where the next one does, UINT64_MAX if none; NULL if none. */
const struct function *functions_around(const struct functions *functions, uint64_t address, uint64_t *ret_end);

/* The instruction that has this byte, but does not begin with it. */
bool functions_find(struct functions *functions, uint64_t byte, struct instruction_place *ret);
