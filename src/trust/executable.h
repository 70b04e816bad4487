/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct kml_err;

/* Whether it is a 64-bit program of this architecture; the sentence says what it is instead. */
int executable_check(int fd, const char *name, struct kml_err *err);
