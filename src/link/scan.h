/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Where a linked program makes system calls by the instruction for them: SYSCALL, or SVC of 32-bit ARM. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_set;
struct functions;
struct kml_err;
struct program;

struct system_call {
	uint64_t address; /* of the instruction */
	bool known;	  /* the code before it, and no other, loads the number */
	unsigned int number;
	const char *name; /* "sys_read", or NULL */
	uint64_t since;	  /* where the number is loaded */
	const char *function; /* NULL if none is known there; lives as long as the program */
	uint64_t offset;  /* in the function */
};

struct system_calls {
	struct system_call *list; /* upwards in each section */
	size_t count;
	size_t room;
};

/* 0, -ENOMEM, or -ENOTSUP for a program that cannot be read like this. system_calls_free() in any case. */
int scan_program(const struct program *program, struct system_calls *ret, struct kml_err *err);
void system_calls_free(struct system_calls *calls);

/* What a scan of one architecture fills: struct linked_arch has a function that takes it. */
struct scan {
	const struct program *program;
	struct functions *functions;
	struct system_calls *calls;
	struct address_set *targets; /* of branches */
	const char *problem;	     /* what is wrong with the program, when something fails; NULL when memory is short */
};

/* Both: false when memory is short, or there is too much. */
bool scan_add(struct scan *scan, const struct system_call *call);
bool scan_add_target(struct scan *scan, uint64_t address);

bool scan_x86(struct scan *scan);
bool scan_arm(struct scan *scan);
