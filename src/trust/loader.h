/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What the dynamic loader brings into a program before its main(): found by
 * the rules of ld.so(8), without executing anything of it. Where the loader
 * has a choice that its cache decides (the directories of ld.so.conf and its
 * own), each file that could be chosen counts.
 */
struct elf_needs;
struct kml_err;
struct walk_root;

/*
 * Whether the interpreter, and every library that the program or one of its
 * libraries needs, is there and root's alone, and so are the directories of
 * their own in which they look for them. directory is where the program will
 * be, below root. What it needs is taken over.
 */
int loader_check(const struct walk_root *root, const char *directory, const char *name, struct elf_needs *program,
	struct kml_err *err);
