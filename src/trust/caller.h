/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the caller has to be before it may change the trusted directory. */
struct kml_err;

/* Whether this process has the capabilities for it, whoever it is. */
int caller_check_capabilities(struct kml_err *err);

/* Whether "/" is the system's own root: in a chroot, the directory would be another one than the kernel's. */
int caller_check_root(struct kml_err *err);
