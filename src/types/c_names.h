/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Names of the kernel that a C or C++ program could not have as they are, because of its headers or its language. */

enum c_name_kind {
	C_TAG,
	C_FUNCTION,
	C_CONSTANT,  /* of an enumeration */
	C_MEMBER,    /* or parameter */
};

/*
 * The name to be used instead, to be freed; NULL when memory is short. What is
 * the C library's gets "kernel_" before it, what is a word of a language or of
 * the preprocessor, "_" behind it; compare_types() knows both.
 */
char *c_name(const char *name, enum c_name_kind kind);
