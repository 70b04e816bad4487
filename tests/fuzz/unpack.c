// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressed data of all formats. */
#include "fuzz.h"

#include "common/err.h"
#include "image/unpack.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { LIMIT = 1 << 20 };
	struct bytes unpacked = {};
	struct kml_err err;

	if (!unpack_knows(data, size) || unpack("fuzz", data, size, LIMIT, &unpacked, &err) < 0)
		return 0;
	if (unpacked.size > LIMIT)
		abort();
	bytes_free(&unpacked);
	return 0;
}
