/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* A kernel as kml-link sees it: the symbol tables of its vmlinux, and of those of its modules that were named. */
#include "image/image.h"
#include "link/names.h"

#include <kml/abi.h>

struct kernel_file {
	char *path;
	struct image image;
	struct symbols symbols;
};

struct kernel {
	struct kernel_file vmlinux;
	struct kernel_file *modules;
	size_t module_count;
	char release[65]; /* "6.12.1", or "" when it does not say */
	unsigned char build_id[KML_BUILD_ID_SIZE];
};

int kernel_open(const char *path, struct kernel *ret, struct kml_err *err);
/* Refused if it was made for a kernel of another release. */
int kernel_add_module(struct kernel *kernel, const char *path, struct kml_err *err);
void kernel_close(struct kernel *kernel);

/* What the kernel has under one name. */
struct kernel_match {
	unsigned int count;
	GElf_Sym symbol; /* the first of them */
	const struct kernel_file *file; /* that has it */
};

/* Looks all names up in one pass; matches[i] belongs to names->list[i]. As at run time, vmlinux comes first. */
void kernel_match_all(const struct kernel *kernel, const struct names *names, struct kernel_match *matches);

enum kernel_symbol_class {
	KERNEL_FUNCTION,
	KERNEL_DATA,
	KERNEL_PER_CPU,
	KERNEL_INIT,	 /* gone after boot */
	KERNEL_ABSOLUTE, /* a number, not a place */
	KERNEL_UNLOADED, /* in no memory of the running kernel */
};

enum kernel_symbol_class kernel_classify(const struct kernel_file *file, const GElf_Sym *symbol);

/* A name of the kernel or of a system call that looks like this one, or NULL. */
const char *kernel_nearest(const struct kernel *kernel, const char *name);

/* A name such as "foo.isra.0" for "foo", or NULL. */
const char *kernel_suffixed(const struct kernel *kernel, const char *name);
