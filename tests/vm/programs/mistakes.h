/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* For programs that make mistakes on purpose. */
#include <stdint.h>

/* Hides from the compiler what a pointer is */
static inline void *opaque(uintptr_t address)
{
	__asm__("" : "+r"(address));
	return (void *)address;
}

/* No tail call: each level keeps a frame */
static inline int deeper(volatile char *above)
{
	volatile char here[4096];
	int below;

	here[0] = above[0];
	below = above == opaque(1) ? 0 : deeper(here);
	return below + here[0] + above[0];
}

/* Never returns: the stack is at its end before */
static inline int overflow_stack(void)
{
	return deeper("");
}
