/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where in the source an instruction comes from, for messages. */
#include "image/image.h"

enum { SOURCE_LINE_SIZE = 160 };

/*
 * "prog.c:12" for the instruction with this byte, or "" without debug
 * information. section: of an object file, and offset is within it; 0 for a
 * linked program, and offset is an address.
 */
void source_line(const struct image *image, size_t section, uint64_t offset, char ret[SOURCE_LINE_SIZE]);
