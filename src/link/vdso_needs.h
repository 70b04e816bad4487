/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What a linked program takes from the vDSO, by its tables of versions. */
#include "image/image.h"

struct vdso_need {
	const char *name, *version; /* as long as the image */
};

struct vdso_needs {
	struct vdso_need *list;
	size_t count;
};

/* Of hostile programs, what can be read. -errno only when memory is short. */
int vdso_needs_read(const struct image *image, struct vdso_needs *ret);
void vdso_needs_free(struct vdso_needs *needs);
