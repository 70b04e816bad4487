/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The libraries that a loader brings into a program, found by the rules of
 * ld.so(8). Nothing of the program is executed, and nothing is opened here:
 * what is a library, and what becomes of it, is up to the user of this.
 */
#include "common/ldconf.h"
#include "needs.h"

/* Debian's packages for cross compilers keep the libraries of other architectures here, in lib; their loaders look in /lib. */
#define LOADING_CROSS_ROOT "/usr/arm-linux-gnueabihf"

struct kml_err;
struct loading;

/* The program, or a library that it or one of its libraries needs. */
struct loaded {
	const struct loaded *parent; /* the first that needed it, NULL for the program */
	char *name;		     /* as that one calls it; "" for the program */
	char *path;
	char *other_path;	     /* what the user gives it, or NULL */
	struct elf_needs needs;
};

/* Where a library could be. */
struct loading_place {
	const struct loaded *parent;	/* needs it */
	const char *name;
	const char *path;		/* absolute, unless the name itself is a path that is not */
	const char *directory;		/* the path's, without the variant; NULL if the name is a path itself */
	const struct loaded *owner;	/* of the DT_RPATH or DT_RUNPATH; NULL for a directory that all share */
	const char *entry;		/* in that list, as it stands there */
	size_t entry_length;
};

struct loading_user {
	/* 1 when a library is there, with its needs, and another path for it if the user wants; 0, or -errno. */
	int (*find)(struct loading *loading, const struct loading_place *place, struct elf_needs *ret_needs,
		char **ret_other_path);
	/* Has been added; 0 or -errno. May be NULL. */
	int (*added)(struct loading *loading, const struct loaded *object);
	/* There is none; writes the sentence and returns -errno. */
	int (*missing)(struct loading *loading, const struct loaded *parent, const char *name);
};

struct loading {
	const struct loading_user *user;
	void *context;
	const struct directories *environment;	/* LD_LIBRARY_PATH, or NULL */
	const struct directories *configured;	/* /etc/ld.so.conf, or NULL; not for musl */
	const char *const *standard;		/* NULL: as the program's class and C library have it */
	const char *const *variants;		/* of each directory, each with a slash behind; NULL: itself alone */
	bool all_shared;	/* each file in a shared directory that could be chosen counts, as the loader's cache decides */
	bool to_run;		/* also what is loaded later by the C library, and not the interpreter a second time */
	struct kml_err *err;
	/* Result: in the order in which the loader loads them, the program first. */
	struct loaded **objects;
	size_t count;
};

/* Takes needs over; path: of the program, absolute. */
int loading_begin(struct loading *loading, const char *path, struct elf_needs *needs);

/* Finds this library, unless it is known; must: it is an error if there is none. */
int loading_add(struct loading *loading, const struct loaded *parent, const char *name, bool must);

/* Finds all that is needed, and what that needs. */
int loading_walk(struct loading *loading);
void loading_release(struct loading *loading);

/* Whether it is a program for musl, or one of its libraries. */
bool loading_is_musl(const struct elf_needs *needs);

/*
 * Replaces $ORIGIN in an entry by the directory of path; NULL when the result
 * is no absolute path, or something else would have to be replaced.
 */
char *loading_expand(const char *entry, size_t length, const char *path);
