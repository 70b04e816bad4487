/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Looking through names and qualifiers of types to what they are. */
#include "types.h"

struct btf_type;

/* Typedefs and qualifiers lead nowhere else after so many; BTF from a hostile file may have circles. */
#define STRIP_MAX 64

struct stripped {
	struct type type;
	const struct btf_type *self; /* NULL: void, or what the BTF does not have */
	const char *name;	     /* its own, or that of the last typedef before it; "" */
	bool is_own;
};

struct stripped strip(struct type type);

static inline struct type type_in(struct type of, uint32_t id)
{
	return (struct type){ of.btf, id };
}
