/* SPDX-License-Identifier: MIT */
#pragma once
/* The key of a name in the index of a kernel (kml/program.h): FNV-1a. */
#include <stdint.h>

static inline uint64_t kml_name_key(const char *name)
{
	uint64_t key = 14695981039346656037u;

	while (*name)
		key = (key ^ (unsigned char)*name++) * 1099511628211u;
	return key;
}
