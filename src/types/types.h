/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The types of a kernel and of its modules, from their BTF. What a kernel says
 * about a function is not always true: functions written in assembly are
 * "void f(void)" there, whatever they are.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;
struct kml_err;
struct name_filter;

struct type {
	const struct btf *btf;
	uint32_t id;
};

struct types {
	struct btf **list; /* the kernel's first; those of modules go on from it */
	size_t count;
	struct types_slot *slots; /* what has a name: a hash table, a power of two of them */
	size_t slot_count, used;
};

/*
 * Adds the BTF of the kernel, or of a module behind it: that of an ELF file, or
 * nothing but BTF. 1, 0 when there is none, or -errno. Only what passes the
 * filter will be found. Types that contradict themselves come in: what is told
 * of a single one ends anyway, and sound.h is for the rest.
 */
int types_add(struct types *types, const char *name, const void *bytes, size_t size, const struct name_filter *wanted,
	struct kml_err *err);

/* The same of a file, which has to have it. */
int types_add_file(struct types *types, const char *path, const struct name_filter *wanted, struct kml_err *err);
void types_close(struct types *types);

enum types_answer {
	TYPES_UNKNOWN,	/* nothing is said about the name */
	TYPES_KNOWN,
	TYPES_DOUBTFUL, /* "void f(void)", which may be false */
	TYPES_SEVERAL,	/* several of that name, which differ */
};

/* The prototype of a function; set when it is known or doubtful. */
enum types_answer types_function(const struct types *types, const char *name, struct type *ret);

/* The type of a variable. BTF has few of them. */
enum types_answer types_variable(const struct types *types, const char *name, struct type *ret);
