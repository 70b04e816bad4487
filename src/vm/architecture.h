/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the machine is like for programs of one architecture; one file has one. */
#include <stdbool.h>
#include <stddef.h>

/* What QEMU makes the machine like */
struct vm_board {
	const char *name;
	const char *const *options;	/* of QEMU, NULL at the end */
	const char *description;	/* a file beside the kernel; NULL where QEMU has it itself */
};

struct vm_architecture {
	unsigned int machine;		/* ELF machine of its programs */
	unsigned int other_machine;	/* that its kernel runs as well, or 0 */
	const char *qemu, *qemu_package;
	const struct vm_board *boards;	/* the usual one first; without a name at the end */
	const char *serial_bus;		/* QEMU's device that the ports are at */
	const char *console;		/* the kernel's device for its serial port */
	bool takes_turns;		/* its processors do, unless they are to run at the same time */
	const char *words;		/* further ones for the kernel's command line */
	const char *image;		/* what its kernels are called */
	size_t signature_at;		/* by which they are known */
	const char *signature;		/* 4 bytes */
	const char *init, *init_end;	/* the first process; empty when kml-run was built without it */
	const char *init_needs;		/* a package, to be built with it */
};

extern const struct vm_architecture vm_architecture_x86, vm_architecture_arm;

/* NULL when there is no machine for such programs. */
const struct vm_architecture *vm_architecture_of(unsigned int machine);

/* The board of that name; NULL is the name of the usual one. NULL when there is none. */
const struct vm_board *vm_architecture_board(const struct vm_architecture *architecture, const char *name);

/* Whether programs of it run here without a machine, as far as the processor goes. */
bool vm_architecture_is_native(const struct vm_architecture *architecture);
