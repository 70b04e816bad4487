/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What linked.h has, for x86-64: a function that is elsewhere. */
struct place;
struct rewrite;

int linked_x86_rewrite(struct rewrite *rewrite, const struct place *place);
