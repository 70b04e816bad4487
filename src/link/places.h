/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The places in a linked program that are about imports: relocations of the
 * dynamic linker, and those that --emit-relocs has kept. Each is made to lead
 * to a stub or a slot of the segment, or is an error that names it.
 */
#include "program.h"
#include "segment.h"

/*
 * used[i] is set when there was a place for imports->list[i]; constants: the
 * pages of read-only memory to which the binder has to write.
 */
int places_rewrite(struct program *program, const struct imports *imports, struct segment *segment, bool *used,
	struct segment_pages *constants, struct kml_err *err);
