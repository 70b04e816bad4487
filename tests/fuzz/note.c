// SPDX-License-Identifier: GPL-2.0-or-later
/* What kml-link leaves in programs: the note and the import table, of which every name has to end. */
#include "fuzz.h"

#include "common/err.h"
#include "image/note.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char build_id[KML_BUILD_ID_SIZE];
	struct image image = {};
	struct note note = {};
	struct kml_err err;
	size_t length = 0;

	(void)note_build_id_in(data, size, build_id);
	if (image_open(fuzz_file(data, size), "fuzz", (size_t)1 << 30, &image, &err) < 0)
		return 0;
	(void)note_build_id(&image, build_id);
	if (note_read(&image, &note, &err) > 0)
		for (size_t i = 0; i < note.import_count; i++)
			length += strlen(note.imports[i].name);
	if (length > size * (note.import_count + 1))
		abort();
	note_free(&note);
	image_close(&image);
	return 0;
}
