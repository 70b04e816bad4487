/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct bundle;
struct kml_err;
struct library_search;

/* Puts what a user calls "[DEST=]FILE" into the bundle; DEST is an absolute path, by default that of FILE. */
int addition_add(struct bundle *bundle, const struct library_search *search, const char *text, struct kml_err *err);
