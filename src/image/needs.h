/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What an ELF file wants from the dynamic loader. The file may be anything:
 * every offset is checked, and it is read, never mapped (a mapped file that
 * gets shorter kills the reader).
 */
#include <stdbool.h>
#include <stddef.h>

struct kml_err;

struct elf_needs {
	unsigned char class;	/* ELFCLASS32 or ELFCLASS64 */
	unsigned int machine;	/* EM_* */
	unsigned int type;	/* ET_* */
	char *interpreter;	/* PT_INTERP or NULL */
	char **libraries;	/* DT_NEEDED, NULL at the end */
	char *rpath;		/* DT_RPATH; NULL when there is none, or a DT_RUNPATH overrides it */
	char *runpath;		/* DT_RUNPATH or NULL */
	bool names_itself;	/* DT_SONAME: libraries have it, and loaders */
	bool is_pie;		/* DF_1_PIE: surely no library */
	bool executable_memory;	/* for a segment that is writable, its stack, or relocations in its code */
	bool brings_more;	/* DT_AUDIT, DT_DEPAUDIT, DT_FILTER, DT_AUXILIARY or DT_CONFIG */
};

/* -ENOEXEC when it is no ELF file at all; name is for messages. */
int elf_needs_read(int fd, const char *name, struct elf_needs *ret, struct kml_err *err);
void elf_needs_release(struct elf_needs *needs);

#define _cleanup_needs_ _cleanup_(elf_needs_release)
