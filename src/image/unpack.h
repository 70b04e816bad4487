/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The formats in which kernels and modules are compressed. */
#include "common/bytes.h"

struct kml_err;

/* Whether this is the beginning of one of them. */
bool unpack_knows(const unsigned char *data, size_t size);

/*
 * Decompresses what begins at data and ends somewhere before size, to at most
 * limit bytes. name is for messages.
 */
int unpack(const char *name, const unsigned char *data, size_t size, size_t limit, struct bytes *ret,
	struct kml_err *err);
