/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The KML note of a linked program and the import table that it leads to; see kml/abi.h. */
#include "image.h"

#include <kml/abi.h>

struct note_import {
	const char *name;
	enum kml_import_kind kind;
	enum kml_import_binding binding;
	unsigned int number; /* of a system call */
	uint64_t slot;	     /* address, 0 if none */
	int64_t address;     /* in the kernel with that build-id, 0 if it is to be looked up */
	uint32_t type;	     /* hash, 0 if not known */
};

struct note {
	struct kml_note header;
	uint64_t offset;  /* of the descriptor in the file */
	uint64_t address; /* of the descriptor in memory */
	struct note_import *imports;
	size_t import_count;
};

/* Reads from the segments only, so it works on stripped files: 1, 0 when there is no note, or -errno. */
int note_read(const struct image *image, struct note *ret, struct kml_err *err);
void note_free(struct note *note);

/* The GNU build-id of any ELF image with sections, cut or padded with zeros; false when it has none. */
bool note_build_id(const struct image *image, unsigned char ret[KML_BUILD_ID_SIZE]);

/* The same in bytes that are nothing but notes. */
bool note_build_id_in(const unsigned char *notes, size_t size, unsigned char ret[KML_BUILD_ID_SIZE]);
