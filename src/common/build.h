/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Where a built kernel is. kernel/build keeps its results in directories of
 * the cache, each with "vmlinux", "bzImage" or "zImage", "kernel.config" and
 * "release"; the symbolic link "current" leads to the newest, "current-arm" to
 * the newest for 32-bit ARM, "stock" to Debian's kernel with the module.
 */
#include <elf.h>
#include <limits.h>
#include <stdbool.h>

struct kml_err;

struct kernel_build {
	char vmlinux[PATH_MAX];	/* exists and can be read */
	char image[PATH_MAX];	/* to be booted; exists and can be read, or "" */
};

/*
 * explicit_path: a build directory, a kernel source tree that was built, or a
 * vmlinux file, or the name of a link in the cache; NULL for the newest build
 * for this ELF machine there.
 */
int kernel_build_find(const char *explicit_path, unsigned int machine, struct kernel_build *ret, struct kml_err *err);

/* The ELF machine of programs that run here. */
#ifdef __arm__
#define KML_NATIVE_MACHINE EM_ARM
#else
#define KML_NATIVE_MACHINE EM_X86_64
#endif

/* A file, and no directory, nor the name of a link in the cache; also when it does not exist. */
bool kernel_build_is_file(const char *path);

/* Whether the kernel that runs has kernel mode. */
bool kernel_mode_runs(void);
