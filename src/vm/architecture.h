/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the machine is like for programs of one architecture; one file has one. */
#include <stdbool.h>
#include <stddef.h>

struct vm_architecture {
	unsigned int machine;		/* ELF machine of its programs */
	unsigned int other_machine;	/* that its kernel runs as well, or 0 */
	const char *qemu, *qemu_package;
	const char *const *board;	/* options of QEMU, NULL at the end */
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

/* Whether programs of it run here without a machine, as far as the processor goes. */
bool vm_architecture_is_native(const struct vm_architecture *architecture);
