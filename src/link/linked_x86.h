/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What linked.h has, for x86-64: functions that are elsewhere. */
struct kml_err;
struct place;
struct program;
struct rewrite;

int linked_x86_rewrite(struct rewrite *rewrite, const struct place *place);
int linked_x86_check_lost(const struct program *program, struct kml_err *err);
