// SPDX-License-Identifier: GPL-2.0-or-later
#include "architecture.h"

#include <elf.h>

/* See init-blob.S. */
extern const char vm_init_x86[], vm_init_x86_end[];

static const char *const pc[] = { "-cpu", "max", NULL };
static const struct vm_board boards[] = { { "pc", pc, NULL }, {} };

const struct vm_architecture vm_architecture_x86 = {
	.machine = EM_X86_64,
	.other_machine = EM_386,
	.qemu = "qemu-system-x86_64",
	.qemu_package = "qemu-system-x86",
	.boards = boards,
	.serial_bus = "virtio-serial-pci",
	.console = "ttyS0",
	/* QEMU before 8.1 may miss that another processor changes code, which kernels do while they run */
	.takes_turns = true,
	/* On a busy host the emulated timer may be late, which the kernel would take for a broken one, and stop. */
	.words = " no_timer_check",
	.image = "bzImage",
	.signature_at = 0x202,
	.signature = "HdrS",
	.init = vm_init_x86,
	.init_end = vm_init_x86_end,
};
