/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the call gate passes: six integers or pointers, and one back. */
#include "types.h"

/* What of this function it cannot pass, as the end of a sentence; NULL if there is nothing. */
const char *passing_problem(struct type prototype);
