/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Files from which code gets into a program that is in kernel mode. Each has
 * to be root's alone, as the program is: otherwise its owner is in the kernel.
 */
struct elf_needs;
struct kml_err;
struct walk_root;

/*
 * Opens what a loader would find at path: 1, or 0 when there is nothing that it
 * could load for this program, or -EPERM when somebody else than root could
 * change it, or the directories on the way to it.
 */
int library_open(const struct walk_root *root, const char *path, const struct elf_needs *program, struct elf_needs *ret,
	struct kml_err *err);

/* The same for the loader itself, of which nothing needs to be known. */
int library_check_loader(const struct walk_root *root, const char *path, const struct elf_needs *program,
	struct kml_err *err);

/* Whether nobody but root can put a file into this directory, or make it, if it is not there. */
int library_check_directory(const struct walk_root *root, const char *path, struct kml_err *err);
