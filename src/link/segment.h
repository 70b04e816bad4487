/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What is added to a program that was linked already: one segment of code and
 * constants behind all others, and zeros behind the program's own. Addresses
 * are known from the start, so what is added is ready as soon as it is there.
 *
 *	segment: stubs, thunks, binder, tables, notes	slots: gates, slots, spare word
 */
#include "common/buffer.h"
#include "imports.h"

#include <stdint.h>

struct kml_err;
struct link_arch;

struct segment {
	const struct link_arch *arch;
	const struct imports *imports;
	uint64_t address;	/* where it begins */
	struct buffer bytes;	/* all stubs are at the beginning */
	size_t *stubs, stubs_size; /* where each begins; all of them */
	uint64_t slots;		/* where the zeros begin */
	struct buffer fixups, pointers; /* struct kml_fixup, struct kml_pointer; to be placed by segment_finish() */
	/* Set by segment_finish(): */
	uint64_t entry;		/* where a program begins, or the initialization of a library */
	size_t note, note_size; /* the ELF notes in bytes; notes of the program follow it */
};

/* What segment_finish() needs to know. */
struct segment_end {
	const unsigned char *build_id; /* of the kernel */
	struct segment_pages {
		uint64_t start, size;
		unsigned int flags; /* PF_* */
	} relro, constants; /* see start/places.h */
	uint64_t next;		       /* the program's own entry point or initialization; 0 if it has none */
	bool library;
	const void *notes;	       /* notes of the program that come to stand behind the new one */
	size_t notes_size;
};

/* Makes the stubs. */
void segment_begin(struct segment *segment, const struct link_arch *arch, const struct imports *imports, uint64_t address,
	uint64_t slots);

uint64_t segment_slots_size(const struct imports *imports);
uint64_t segment_slot(const struct segment *segment, const struct import *import);
uint64_t segment_stub(const struct segment *segment, const struct import *import);
size_t segment_stub_size(const struct segment *segment, const struct import *import);
uint64_t segment_call_gate(const struct segment *segment);
uint64_t segment_system_call_gate(const struct segment *segment);

/* A word that nobody reads. */
uint64_t segment_spare(const struct segment *segment);

/* Adds code; returns its address. */
uint64_t segment_add_code(struct segment *segment, const void *code, size_t size);

/* Writes the distance to target into a 32-bit field at the offset; counted from the field, and addend added. */
void segment_set_distance(struct segment *segment, size_t offset, uint64_t target, int64_t addend);

/* A pointer in the program, at place: to data of the kernel, or to something in the program. */
void segment_add_fixup(struct segment *segment, uint64_t place, const struct import *import, int64_t addend);
void segment_add_pointer(struct segment *segment, uint64_t place, uint64_t target);

int segment_finish(struct segment *segment, const struct segment_end *end, struct kml_err *err);
void segment_free(struct segment *segment);
