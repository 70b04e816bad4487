/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The vDSO: a small shared library in every process, which no loader loads
 * from a file. A kernel's build leaves it as vdso.so, to link with, and the
 * image of every kernel has it inside.
 */
#include "image/image.h"

struct kml_err;

struct vdso {
	unsigned char *bytes; /* for linkers, without what must not be bound to by its name */
	size_t size;
	struct image image;
	struct symbols symbols;
	Elf_Data *versions, *definitions;
	size_t strings_section; /* of the definitions */
	const char *soname;
	size_t soname_at; /* in the strings of the symbols */
};

bool vdso_is(const struct image *image);

/* Whether a library of this name is the vDSO, which needs no file. */
bool vdso_is_name(const char *library);

/* name: for messages, not owned. */
int vdso_open(const char *path, struct vdso *ret, struct kml_err *err);
int vdso_open_bytes(const char *name, const void *bytes, size_t size, struct vdso *ret, struct kml_err *err);

/* The first one for this machine in an image of a kernel or the like: 1, 0 when there is none, or -errno. */
int vdso_find(const char *name, const unsigned char *bytes, size_t size, struct vdso *ret, struct kml_err *err);
void vdso_close(struct vdso *vdso);

/* The version under which it has a function, or NULL if programs cannot take that from it. */
const char *vdso_version(const struct vdso *vdso, const char *name);
