/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Where the segment goes in the file and in memory, and the file that comes of
 * it. Nothing that is loaded moves, but what stands between the program headers
 * and the room for more of them: the interpreter's name, notes and tables of symbols,
 * which nothing refers to but headers and the dynamic section. What is not loaded moves up behind the
 * segment. Other tools find all headers where they were.
 */
#include "common/buffer.h"
#include "program.h"
#include "segment.h"

struct imports;
struct rebinding;

struct layout {
	uint64_t address, offset;     /* of the segment */
	uint64_t slots;		      /* address of the zeros */
	size_t data_segment;	      /* that grows by them */
	size_t note_segment;	      /* that gets the note; SIZE_MAX: a new one */
	const unsigned char *notes;   /* that move there */
	size_t notes_size;
	size_t moved[8];	      /* segments that name what moves: PT_INTERP, PT_NOTE, PT_GNU_PROPERTY */
	size_t moved_count;
	size_t tables[4];	      /* sections that move: tables that only the dynamic section leads to */
	size_t table_count;
	struct segment_pages relro;   /* what is read-only when the binder runs */
};

int layout_plan(const struct program *program, uint64_t slots_size, const struct rebinding *rebinding, struct layout *ret,
	struct kml_err *err);

/* The finished file. */
int layout_write(struct program *program, const struct layout *layout, const struct segment *segment,
	const struct rebinding *rebinding, struct buffer *ret, struct kml_err *err);
