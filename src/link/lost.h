/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What no relocation is left for, a linker has bound to address 0: code that
 * goes there, or reads from there, in a program whose linker kept no
 * relocations. It is looked for in the program as it is to be written.
 */
#include <stdbool.h>
#include <stdint.h>

struct kml_err;
struct messages;
struct program;

/* An error that names the place, if there is one. */
int lost_check(const struct program *program, struct kml_err *err);

/*
 * A warning, where it is not known whether the program wants anything of the kernel's. Reading there means nothing then:
 * compilers make code that does, where a program would follow a null pointer.
 */
void lost_warn(const struct program *program, struct messages *messages);

/* For struct linked_arch. ARM code has no addresses of data that one could tell from numbers. */
bool lost_find_x86(const struct program *program, bool data, uint64_t *ret);
bool lost_find_arm(const struct program *program, bool data, uint64_t *ret);
