/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct kml_err;

/* Whether the kernel would take it for a program of this architecture, in the native (64-bit) mode; else says what it is. */
int executable_check(int fd, const char *name, struct kml_err *err);
