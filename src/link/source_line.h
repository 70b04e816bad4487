/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where in the source an instruction comes from, for messages. */
#include "image/image.h"

enum { SOURCE_LINE_SIZE = 160 };

/* Asked for many instructions, the file is read once. */
struct source_lines {
	struct Dwfl *dwfl; /* NULL without debug information */
	struct Dwfl_Module *module;
	char *copy;
};

/* The image must stay. Without memory, it is as without debug information. */
void source_lines_open(const struct image *image, struct source_lines *ret);
void source_lines_close(struct source_lines *lines);

/*
 * "prog.c:12" for the instruction with this byte, or "" without debug
 * information. section: of an object file, and offset is within it; 0 for a
 * linked program, and offset is an address.
 */
void source_lines_find(const struct source_lines *lines, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE]);

/* For one. */
void source_line(const struct image *image, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE]);
