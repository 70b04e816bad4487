/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Prints the plan: what is imported, as what, and from where. */
struct imports;
struct kernel;
struct kml_err;
struct link_opts;
struct rebinding;

/* For people, or as JSON, as the user wants it. */
int explain(const struct link_opts *opts, const struct imports *imports, const struct rebinding *rebinding,
	const struct kernel *kernel, struct kml_err *err);
