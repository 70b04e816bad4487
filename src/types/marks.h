/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The marks that a header of kml-link leaves in objects that are compiled with
 * it: which functions it declares, and the hashes of their types. They are in a
 * section that linkers leave out: for each, a 32-bit number, and the name.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MARKS_SECTION ".kml.types"

/* Writes the mark of one function as C. */
void marks_write(FILE *file, const char *name, uint32_t hash);

/* Those of an object file in memory; none if it has none, or is malformed. */
void marks_read(const void *bytes, size_t size, void (*visitor)(const char *name, uint32_t hash, void *context),
	void *context);
