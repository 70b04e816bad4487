/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What linked.h has, for 32-bit ARM: a function that is elsewhere. */
struct place;
struct rewrite;

int linked_arm_rewrite(struct rewrite *rewrite, const struct place *place);
