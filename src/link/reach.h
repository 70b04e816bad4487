/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What a function of the kernel does that it cannot do when it is called without
 * the gate: there, it runs on the program's stack, with the program's GS.
 */
#include <stddef.h>
#include <stdint.h>

struct kernel;

enum reach_kind {
	REACH_HARMLESS,
	REACH_SLEEP,   /* it calls, itself or through others, what may sleep */
	REACH_CURRENT, /* it uses the running task's descriptor */
	REACH_PER_CPU, /* it uses other data of the CPU */
	REACH_UNKNOWN, /* none of it, as far as the code can be followed, but not all of it can be */
};

struct reach {
	enum reach_kind kind;
	char how[512]; /* "it calls 'a', which calls 'b', ..." */
};

/* Follows the code of the function at this address in the kernel's image. 0 or -ENOMEM. */
int reach_find(const struct kernel *kernel, uint64_t address, struct reach *ret);
