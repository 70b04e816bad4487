/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The symbols of a kernel, whatever form it has: an ELF file, a list as
 * System.map or /proc/kallsyms, or a compressed image that boots. Every kind of
 * file is read by a source of its own, for any machine.
 */
#include "common/bytes.h"

#include <stdint.h>

#include <kml/abi.h>

struct kml_err;
struct name_filter;

enum kernel_symbol_class {
	KERNEL_FUNCTION,
	KERNEL_DATA,
	KERNEL_PER_CPU,
	KERNEL_INIT,	 /* gone after boot */
	KERNEL_ABSOLUTE, /* a number, not a place */
	KERNEL_UNLOADED, /* in no memory of the running kernel */
	KERNEL_VDSO,	 /* code for user mode */
};

enum kernel_symbol_scope { KERNEL_LOCAL, KERNEL_GLOBAL, KERNEL_WEAK };

struct kernel_symbol {
	const char *name; /* as long as the visit lasts */
	uint64_t value;	  /* address, or what the image has for it */
	uint64_t size;	  /* in bytes; 0 when the image does not tell */
	enum kernel_symbol_class class;
	enum kernel_symbol_scope scope;
	const char *file;   /* source file of a local symbol, where the image tells; else "" */
	const char *module; /* or "" for the kernel itself; as long as the visit lasts */
};

struct kernel_image;

/* Nonzero ends the visits, and is what kernel_image_visit() returns. */
typedef int kernel_visitor(const struct kernel_symbol *symbol, void *context);

/* One kind of file. */
struct kernel_format {
	/* Looks at image->bytes: 1 if it is of this kind and has symbols, 0 if not, or -errno. */
	int (*open)(struct kernel_image *image, struct kml_err *err);
	int (*visit)(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
		void *context);
	/* Or NULL when files of this kind have no code that could be found by its address. */
	const unsigned char *(*code)(const struct kernel_image *image, uint64_t address, size_t *ret_size);
	void (*close)(struct kernel_image *image);
	bool tells_sizes; /* of symbols */
};

struct kernel_image {
	char *path;
	const char *kind; /* "vmlinux", "System.map", ... for people */
	const struct kernel_format *format;
	void *state; /* of the format */
	struct bytes bytes;
	unsigned int machine; /* EM_*, EM_NONE when it does not tell */
	char release[65];     /* "6.12.1", or "" when it does not say */
	bool lacks_data; /* lists functions only */
	bool has_build_id;
	unsigned char build_id[KML_BUILD_ID_SIZE];
	struct name_filter *kept;   /* only names that pass are here; NULL if all are */
	struct kernel_image *whole; /* then: room for one that has the others, opened when they are asked for */
	bool is_linked; /* the build-id is the image's own, and values are the addresses that it was linked for */
};

extern const struct kernel_format kernel_elf, kernel_list, kernel_tables;

/*
 * expected: names that will be asked for, or NULL. Of a list that the kernel makes anew for each reader, as it does of
 * /proc/kallsyms, only they are kept: whoever asks for others has it read once more.
 */
int kernel_image_open(const char *path, const struct name_filter *expected, struct kernel_image *ret, struct kml_err *err);
void kernel_image_close(struct kernel_image *image);
int kernel_image_visit(const struct kernel_image *image, kernel_visitor *visitor, void *context);

/* Those that pass the filter, at least. */
int kernel_image_visit_some(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
	void *context);

/* The code at this address and how much of it there is up to the end of its section; NULL if it is not known. */
const unsigned char *kernel_image_code(const struct kernel_image *image, uint64_t address, size_t *ret_size);

/* Replaces compressed bytes, or a compressed kernel in them, by what they hold: 1, 0 when there is none, or -errno. */
int kernel_unpack(const char *path, struct bytes *bytes, struct kml_err *err);

/* Reads a list of symbols, and keeps those that pass: 1, 0 when it is no list, or -errno. */
int kernel_list_read(int fd, const struct name_filter *expected, struct kernel_image *image, struct kml_err *err);

/* Finds the kernel's banner in bytes, and the release in it. */
void kernel_find_release(const unsigned char *data, size_t size, char ret[65]);

/* "x86-64", ... for people. */
const char *kernel_machine_name(unsigned int machine);
