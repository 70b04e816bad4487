/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Call frame information (DWARF) for the stubs in a program that was linked
 * before. It goes to .debug_frame, which debuggers read beside .eh_frame: that
 * is loaded, with an index in front of it, and has no room for more.
 */
#include "common/buffer.h"

#include <stdint.h>

#define SECTION_FRAMES ".debug_frame"

/* Adds what holds for every instruction of code that does not touch the stack. base: size of what is in the section before. */
void frames_add(struct buffer *section, uint64_t base, uint64_t address, uint64_t size);
