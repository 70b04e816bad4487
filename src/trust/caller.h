/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What this process has to be before it may change the trusted directory, or start a program there. */
#include "rule.h"

struct kml_err;

/* Whether this process has the capabilities to install, whoever it is. */
int caller_check_capabilities(struct kml_err *err);

/* Whether a program passes a rule about callers when this process starts it; 0 for other rules, and where it cannot tell. */
int caller_check_rule(enum trust_rule rule, struct kml_err *err);

/* Whether "/" is what the kernel takes for it; elsewhere, the trusted directory would be another one than the kernel's. */
int caller_check_place(struct kml_err *err);
