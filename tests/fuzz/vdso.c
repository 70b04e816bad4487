// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that hold a vDSO somewhere, and the versions of its functions. */
#include "fuzz.h"

#include "common/err.h"
#include "image/vdso.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "clock_gettime", "getrandom", "schedule_timeout", "" };
	struct kml_err err;
	struct vdso vdso;

	if (vdso_find("fuzzed", data, size, &vdso, &err) <= 0)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)vdso_version(&vdso, names[i]);
	vdso_close(&vdso);
	return 0;
}
