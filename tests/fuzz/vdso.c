// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that hold a vDSO somewhere, and the versions of its functions; and programs that need some. */
#include "fuzz.h"

#include "common/err.h"
#include "image/vdso.h"
#include "link/vdso_needs.h"

static void try_program(const uint8_t *data, size_t size)
{
	struct vdso_needs needs = {};
	struct kml_err err;
	struct image image;

	elf_version(EV_CURRENT);
	if (image_parse_any("fuzzed", elf_memory((char *)data, size), &image, &err) < 0)
		return;
	(void)vdso_needs_read(&image, &needs);
	for (size_t i = 0; i < needs.count; i++)
		(void)(strlen(needs.list[i].name) + strlen(needs.list[i].version));
	vdso_needs_free(&needs);
	image_close(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "clock_gettime", "getrandom", "schedule_timeout", "" };
	struct kml_err err;
	struct vdso vdso;

	try_program(data, size);
	if (vdso_find("fuzzed", data, size, &vdso, &err) <= 0)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)vdso_version(&vdso, names[i]);
	vdso_close(&vdso);
	return 0;
}
