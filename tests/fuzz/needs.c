// SPDX-License-Identifier: GPL-2.0-or-later
/* What kml-run and kml-install learn of a program: its loader and its libraries. */
#include "fuzz.h"

#include "common/err.h"
#include "image/needs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_needs needs = {};
	struct kml_err err;

	if (elf_needs_read(fuzz_fd(data, size), "fuzz", &needs, &err) == 0)
		elf_needs_release(&needs);
	return 0;
}
