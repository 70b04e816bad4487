/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct kml_err;

/*
 * Whether the file system of an open file is one of this machine's own, as the kernel sees it: on a device, or in memory.
 * What cannot be told counts as such.
 */
int filesystem_check(int fd, const char *name, struct kml_err *err);
