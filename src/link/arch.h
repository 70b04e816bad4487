/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * All that kml-link knows of an architecture when it makes a program of
 * objects: arch_NAME.c has one. For programs that were linked before, see
 * linked.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import;
struct imports;
struct kml_err;
struct linked_arch;
struct object;
struct syscall_entry;

struct link_arch {
	unsigned int machine;	     /* of ELF */
	const char *name;
	const char *compiler;	     /* that links its programs, unless the user names one */
	const char *start_library;
	const char *assembler_head;  /* of the generated source */
	const char *pointer;	     /* directive for one */
	const char *word_alignment;  /* of what the binder fills */
	/*
	 * Code of stubs. Arguments: name, prefix of the symbol, and for a system call its number. The function's
	 * address is in .Lslot_NAME, the gates in .kml.call_gate and .kml.syscall_gate.
	 */
	const char *through_gate, *directly, *system_call;
	const char *stub_begin, *stub_end;
	const struct syscall_entry *syscalls; /* sorted by name */
	const size_t *syscall_count;
	const char *syscall_prefix;  /* of the functions that prove that a kernel has one: "__x64_" */
	const char *relocation_prefix;
	const char *const *relocation_names;
	size_t relocation_name_count;
	bool relocations_have_addends;
	uint64_t kernel_begin;	     /* all addresses of the kernel are behind it */
	bool reach_is_known;	     /* what its code does can be found out: reach.h */
	const struct linked_arch *linked;
	/* Writes the object anew, with slots for the kernel's data; 1, or 0 when it can stay as it is. */
	int (*rewrite)(const struct object *object, const struct imports *imports, const char *path, struct kml_err *err);
};

extern const struct link_arch link_arch_x86, link_arch_arm;

/* That of objects for this machine, which image_check_machine() has accepted; of others, x86-64's. */
const struct link_arch *link_arch_of(unsigned int machine);
