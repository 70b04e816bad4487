/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
struct program;

/*
 * Linkers note that the dynamic linker has to write to code, for names that they left open there. Once these are bound,
 * the note is taken away if it is not true any more: it makes code writable, which kernel mode does not allow.
 */
void text_relocations_settle(struct program *program);
