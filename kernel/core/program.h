/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program's file says about itself, in the class of the kernel's own ELF. */
#ifndef KML_PROGRAM_H
#define KML_PROGRAM_H

#include <linux/types.h>

struct linux_binprm;

/* Memory that can be written and executed */
struct kml_program_wishes {
	bool needs_executable_memory;		/* its stack, or one of its segments */
	bool asks_for_executable_memory;	/* its KML note: KML_NOTE_EXECUTABLE_MEMORY */
};

/* Whether this is a program for the loader of native programs, which reads the same headers; may sleep */
bool kml_read_program(const struct linux_binprm *bprm, struct kml_program_wishes *ret);

#endif
