/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the user has decided about single names. */
#include <stdbool.h>
#include <stddef.h>

struct choice {
	const char *name;	 /* as the program has it; ends where length says */
	size_t length;
	const char *kernel_name; /* as the kernel has it, with "@ORIGIN" behind it if that is given */
	char *symbol;		 /* the name without that; NULL for direct */
	const char *origin;	 /* which of several: a source file, a module, or an address "0x..."; or NULL */
	bool import;		 /* from the kernel, even if a library has it */
	bool direct;		 /* called without the gate */
	bool used;
};

struct choices {
	struct choice *list;
	size_t count;
};

/* "NAME" or "NEW=NAME", NAME with or without "@ORIGIN"; list must have room. False if it is none of it. */
bool choices_add_import(struct choices *choices, const char *text);
bool choices_add_direct(struct choices *choices, const char *text);

/* The decision about a name, or NULL; name may have a version behind '@'. */
const struct choice *choices_import(const struct choices *choices, const char *name);
bool choices_direct(const struct choices *choices, const char *name);

void choices_free(struct choices *choices);
