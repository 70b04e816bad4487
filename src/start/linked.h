/* SPDX-License-Identifier: MIT */
#pragma once
/* What programs and libraries that were linked before have in common; see linked.c. */
#include "start.h"

/* Makes all memory writable that the binder writes to, and the pointers right for which there is no relocation. */
void linked_open(void) HIDDEN("linked_open");

/* Makes it again what it was. */
void linked_close(void) HIDDEN("linked_close");
