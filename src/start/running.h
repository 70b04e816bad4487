/* SPDX-License-Identifier: MIT */
#pragma once
/* What the binder can know of the kernel that runs, besides its auxiliary vector. */
#include "start.h"

#include <kml/program.h>

#include <stdbool.h>

/* The index of it, which somebody may have made. */
struct running_index {
	int fd; /* or negative */
	const char *withheld; /* a file that tells of the kernel, is there, and cannot be opened; or NULL */
	struct kml_index header;
};

enum running { RUNNING_OTHER, RUNNING_THIS, RUNNING_OTHER_WITH_INDEX };

/* Whether it has this build-id; if not, whether there is an index of it. To be closed in any case. */
enum running running_is(const unsigned char *build_id, struct running_index *index) HIDDEN("running_is");

/* NULL when the index does not have it. bucket: room for what is read. */
const struct kml_index_entry *running_find(const struct running_index *index, const char *name,
	struct kml_index_bucket *bucket) HIDDEN("running_find");
