/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Sites in code: the instructions around relocations. */
struct kml_err;
struct rewriter;
struct site;

/* Makes an instruction that uses data of the kernel go through its slot. */
int code_rewrite(struct rewriter *rewriter, const struct site *site, struct kml_err *err);

/* Functions are reached by their stubs, which are ordinary local functions: just sees that nobody reads them. */
int code_check_function(struct rewriter *rewriter, const struct site *site, struct kml_err *err);
