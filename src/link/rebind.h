/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What a linked program takes from the vDSO: the dynamic linker finds it by the
 * versions of the program's symbols, so these change from libc's, or from none,
 * to that of the vDSO. The table of versions that are needed is made anew,
 * without those that nothing needs any more.
 */
#include "common/buffer.h"

#include <stddef.h>

struct choices;
struct inputs;
struct kml_err;
struct messages;
struct open_names;
struct program;
struct vdso;

struct rebinding {
	struct rebound {
		const char *name, *version; /* the program's and the vDSO's */
	} *list;
	size_t count;
	struct buffer strings;	/* of the dynamic linker: the old ones, and new ones behind them */
	struct buffer versions; /* Elf64_Verneed and Elf64_Vernaux */
	size_t file_count;	/* of Elf64_Verneed */
};

/*
 * Changes the versions of symbols in the program's bytes, and has it need the
 * vDSO. The tables are still to be put in place, if count is not 0.
 */
int rebind(struct program *program, const struct vdso *vdso, const struct open_names *open, const struct choices *choices,
	struct rebinding *ret, struct messages *messages, struct kml_err *err);

/* What objects will take from it when they are linked with it; missing: by names of inputs->undefined. */
int rebind_foresee(const struct inputs *inputs, const bool *missing, const struct vdso *vdso, const struct choices *choices,
	struct rebinding *ret, struct kml_err *err);

/* The version of the vDSO that the name has now, or NULL. */
const char *rebinding_version(const struct rebinding *rebinding, const char *name);
void rebinding_free(struct rebinding *rebinding);

/* Whether the loader of a program that was linked takes the vDSO for a library; name: for messages. */
int rebind_check_loader(const char *path, const char *name, struct kml_err *err);
