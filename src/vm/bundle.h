/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The files that the machine starts with. */
#include <stddef.h>
#include <sys/types.h>

struct kml_err;
struct bundle;

struct bundle *bundle_new(void);
void bundle_free(struct bundle *bundle);

static inline void cleanup_bundle(struct bundle **bundle)
{
	bundle_free(*bundle);
}
#define _cleanup_bundle_ _cleanup_(cleanup_bundle)

/*
 * Takes the descriptor over, also on failure. path is absolute and gets
 * tidied up: no "//", "." and "..". The same file twice is fine; another file
 * at the same place is an error. origin is for messages.
 */
int bundle_add_file(struct bundle *bundle, const char *path, int fd, const char *origin, struct kml_err *err);

/* Copies the data. */
int bundle_add_data(struct bundle *bundle, const char *path, mode_t mode, const void *data, size_t size,
	struct kml_err *err);

/* An initramfs of it, as a descriptor of a nameless file. */
int bundle_write(const struct bundle *bundle, int *ret_fd, struct kml_err *err);

/* Removes "//", "." and ".." from an absolute path, by its letters alone; to be freed by the caller. */
char *bundle_tidy_path(const char *path);
