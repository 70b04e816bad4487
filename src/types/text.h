/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Types as C would write them. */
#include "types.h"

/* The type of something of that name: "long f(long timeout)"; "" for a type alone. To be freed; NULL when memory is short. */
char *text_declaration(struct type type, const char *name);
