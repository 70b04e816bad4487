/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Addresses of the kernel's variables in ARM and Thumb code. */
#include "site.h"

/* For an object of 32-bit ARM: its relocations have no addends, those are in what they change. */
struct arm_site {
	struct site site; /* for messages: its relocation has no addend */
	GElf_Rel self;
};

/* What the relocation changes, in the new object. */
unsigned char *arm_field(const struct rewriter *rewriter, const struct arm_site *at);

void arm_set_relocation(const struct arm_site *at, uint32_t symbol, unsigned int type);

/*
 * Rewrites one half of the address of a variable that MOVW or MOVT has in
 * itself. Together they make the address of the slot instead, and behind MOVT the
 * slot is read: in a thunk, as there is no room.
 */
int arm_rewrite_move(struct rewriter *rewriter, const struct arm_site *at, struct kml_err *err);
