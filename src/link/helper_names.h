/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Names that rewritten objects, generated code and the binder share. No C program can name them. */
#define HELPER_SLOT ".kml.slot." /* + name of an import that is data */

#define HELPER_IMPORT ".kml.import." /* + name of a function that a library has, too */

/* Sections of the output. */
#define SECTION_NOTE ".note.kml"
#define SECTION_FIXUPS "kml_fixups"
#define SECTION_THUNKS ".text.kml"
#define SECTION_FIXED_DATA ".data.kml"
