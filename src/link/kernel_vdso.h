/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct kernel;
struct kml_err;
struct vdso;

/* The vDSO of a kernel, out of its image; or, of the kernel that runs, out of this process. */
int kernel_vdso_open(const struct kernel *kernel, struct vdso *ret, struct kml_err *err);

/* Writes it to a file, for linkers. */
int kernel_vdso_write(const char *path, const struct kernel *kernel, struct kml_err *err);
