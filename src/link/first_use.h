/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where an object uses a name first, for messages. */
#include "inputs.h"
#include "source_line.h"

/* "prog.c:12", or "" when nothing in its code does, or there is no debug information. */
void first_use(const struct object *object, const char *name, char ret[SOURCE_LINE_SIZE]);
