/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What is remembered of an installed program, in an extended attribute of the
 * file itself: so it appears, moves and goes with the file, in one step, and
 * only who is root of the whole system can write it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct kml_err;

#define RECORD_ATTRIBUTE "security.kml"

enum { RECORD_DIGEST_SIZE = 32 };

struct record {
	unsigned char digest[RECORD_DIGEST_SIZE];	/* SHA-256 of the content */
	uid_t by;					/* who installed it */
	int64_t when;					/* seconds since 1970 */
};

/* Of what is in the file now, by who has logged in to install it, at this time. */
int record_make(int fd, const char *name, struct record *ret, struct kml_err *err);
int record_write(int fd, const char *name, const struct record *record, struct kml_err *err);

/* 1, 0 when there is none, or -errno. */
int record_read(int fd, const char *name, struct record *ret, struct kml_err *err);

/* Whether the content is still the recorded one. */
int record_verify(int fd, const char *name, const struct record *record, struct kml_err *err);
