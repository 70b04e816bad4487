/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The object files that kml-link was given, those in archives too. After
 * inputs_open() every symbol and relocation of theirs has a valid index and
 * place; what the linker adds (libc, -l libraries) is its own business.
 */
#include "image/image.h"
#include "link/arch.h"
#include "link/names.h"

struct object {
	char *name; /* "prog.o" or "lib.a(part.o)" */
	size_t file; /* index of the file that it is in */
	struct image image;
	struct symbols symbols;
};

struct input_file {
	const char *path;
	Elf *elf;
	bool archive;
};

/* Who has to do with an undefined name. */
struct name_use {
	size_t first_object, last_object; /* that need it */
	size_t archive; /* a file with a member that defines it, or NO_ARCHIVE */
};
#define NO_ARCHIVE SIZE_MAX

struct inputs {
	const struct link_arch *arch; /* of all objects */
	struct input_file *files;
	size_t file_count;
	struct object *objects;
	size_t object_count;
	struct names undefined; /* what some object needs and does not define itself */
	struct name_use *uses; /* of undefined.list[i] */
};

int inputs_open(char *const *paths, size_t count, struct inputs *ret, struct kml_err *err);
void inputs_close(struct inputs *inputs);
