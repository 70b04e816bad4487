/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * System calls by the way that the test asks for: the instruction, or the
 * system-call gate. The result is what the kernel returned, errors negative.
 */
#include <sys/syscall.h>

/* 0: the instruction. Also for the assembly of programs that make system calls as no function does. */
extern unsigned long passage_gate;

void passage_choose(const char *way);

/* Both ways leave the same frames behind */
long passage(long number, long a, long b, long c, long d, long e, long f);

#define PASS_CHOOSE(number, a, b, c, d, e, f, ...) \
	passage((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* pass(SYS_read, fd, buffer, size): any number of arguments up to six */
#define pass(...) PASS_CHOOSE(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
