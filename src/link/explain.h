/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Prints the plan: what is imported, as what, and from where. */
struct imports;
struct kernel;

void explain(const char *output, const struct imports *imports, const struct kernel *kernel);
