/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct bundle;
struct kml_err;

/*
 * Puts the modules into the bundle that lie in the directory "load" beside the kernel: the machine loads them before it
 * runs anything. Without such a directory there is nothing to do.
 */
int modules_add(struct bundle *bundle, const char *kernel, struct kml_err *err);
