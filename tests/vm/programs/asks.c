// SPDX-License-Identifier: GPL-2.0-or-later
/* A KML note without imports: a program that needs no name of the kernel may ask for executable memory as well. */
#include <kml/abi.h>
#include <link.h>

static const struct {
	ElfW(Nhdr) header;
	char name[sizeof(KML_NOTE_NAME)];
	struct kml_note note;
} asks __attribute__((section(".note.kml"), used, aligned(4))) = {
	.header = { sizeof(KML_NOTE_NAME), sizeof(struct kml_note), KML_NOTE_TYPE },
	.name = KML_NOTE_NAME,
	.note = { .abi_version = KML_ABI_VERSION, .flags = KML_NOTE_USER_MODE_OK | KML_NOTE_EXECUTABLE_MEMORY },
};
