/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the program takes from the kernel. */
#include "link/inputs.h"

#include <kml/abi.h>

struct choices;
struct name_filter;
struct kernel;
struct messages;

struct import {
	const char *name;	 /* as the program has it */
	const char *kernel_name; /* as the kernel has it */
	bool chosen;		 /* the user wants it from there, even if a library has it */
	uint64_t address;	 /* in the image of the kernel; 0 for a system call */
	uint64_t size;		 /* in bytes, 0 if not known */
	int32_t fixed_address;	 /* the same, where it goes with the kernel's build-id; else 0 */
	uint32_t type;		 /* hash of its type in the kernel, 0 if not known */
	char origin[80];	 /* "file fork.c", "module ext4", or "" */
	enum kml_import_kind kind;
	enum kml_import_binding binding;
	unsigned int number; /* of a system call */
};

struct imports {
	struct import *list; /* sorted by name: same input, same output */
	size_t count;
	bool executable_memory; /* the program asks for memory that can be written and executed */
};

/* KML_NOTE_*: what the program's note says of it as a whole. */
unsigned int imports_note_flags(const struct imports *imports);

/* A name that the kernel has to have, as nobody else does. */
struct wanted {
	const char *name;
	const char *where;	    /* who needs it: "prog.o" */
	const struct name_use *use; /* NULL when it is not objects that need it */
	bool optional;		    /* may be weak: no error if the kernel does not have it */
};

/* The import of that name, or NULL. */
const struct import *import_find(const struct imports *imports, const char *name);

/* Adds what the kernel will be asked for when a program leaves this name open. */
void imports_expect(const char *name, const struct link_arch *arch, const struct choices *choices, struct name_filter *ret);

/*
 * Decides what each name is. Every name that cannot be had is one line in
 * messages and makes the result -ENOENT. inputs: what the uses are about.
 */
int imports_resolve(const struct inputs *inputs, const struct wanted *wanted, size_t count,
	const struct choices *choices, const struct kernel *kernel, struct imports *ret, struct messages *messages);
void imports_free(struct imports *imports);
