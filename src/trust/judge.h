/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What the kernel will decide when this process executes a program: its rules
 * asked beforehand, so that people can be told. Nothing relies on the answer,
 * and what this process may not see counts as passed.
 */
#include <stdbool.h>

#include "common/err.h"
#include "rule.h"

struct judgement {
	bool is_below;				/* the trusted directory: otherwise the kernel asks no rule */
	struct kml_err reasons[TRUST_RULES];	/* why the program or its caller fails a rule; "" when not */
	enum trust_rule decides;		/* the one that refuses, or TRUST_RULES */
};

/* Both paths are absolute and without links. */
void judge(const char *path, const char *trusted_directory, struct judgement *ret);
