/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The kernel that names are resolved against: its image, and those of modules beside it. */
#include "image/kernel_image.h"
#include "link/arch.h"
#include "link/names.h"

struct kernel {
	struct kernel_image *images; /* the kernel itself is the first */
	size_t image_count;
	char text[256]; /* "vmlinux 6.12.1", for messages */
};

/* Where it is. */
struct kernel_source {
	const char *path;
	char *const *modules; /* files */
	size_t module_count;
	const struct name_filter *expected; /* names that it will be asked for, which saves memory; or NULL */
};

int kernel_open(const struct kernel_source *source, struct kernel *ret, struct kml_err *err);
void kernel_close(struct kernel *kernel);

/* What it is for; x86-64 when nothing in it tells. */
const struct link_arch *kernel_arch(const struct kernel *kernel);

/* Zeros when it has none. */
const unsigned char *kernel_build_id(const struct kernel *kernel);

/* One symbol of a certain name. */
struct candidate {
	uint64_t value, size;
	enum kernel_symbol_class class;
	enum kernel_symbol_scope scope;
	char *file, *module; /* never NULL */
};

/* What the kernel has under one name. */
struct kernel_match {
	size_t count; /* of all */
	struct candidate *candidates;
	size_t kept; /* so many of them are here; at least one if there are any */
};

/* Looks all names up in one pass; matches[i] belongs to names->list[i]. As at run time, the kernel comes first. */
int kernel_match_all(const struct kernel *kernel, const struct names *names, struct kernel_match *matches);
void kernel_match_free(struct kernel_match *matches, size_t count);

/* A name of the kernel or of a system call that looks like this one, or NULL; to be freed. */
char *kernel_nearest(const struct kernel *kernel, const char *name);

/* A name such as "foo.isra.0" for "foo", or NULL; to be freed. ret_part: it is but a part of foo, as "foo.cold" is. */
char *kernel_suffixed(const struct kernel *kernel, const char *name, bool *ret_part);
