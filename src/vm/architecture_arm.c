// SPDX-License-Identifier: GPL-2.0-or-later
#include "architecture.h"

#include <elf.h>

/* See init-blob.S. */
extern const char vm_init_arm[], vm_init_arm_end[];

/* The last processor without the 64-bit instruction set; kernels without LPAE see nothing above 4 GiB */
static const char *const virt[] = { "-machine", "virt,highmem=off", "-cpu", "cortex-a15", NULL };
/* As i.MX6 and Cyclone V have: without the timer that the vDSO reads, and without LPAE */
static const char *const cortex_a9[] = { "-machine", "vexpress-a9", NULL };
static const struct vm_board boards[] = {
	{ "virt", virt, NULL },
	{ "vexpress-a9", cortex_a9, "vexpress-v2p-ca9.dtb" },
	{},
};

const struct vm_architecture vm_architecture_arm = {
	.machine = EM_ARM,
	.qemu = "qemu-system-arm",
	.qemu_package = "qemu-system-arm",
	.boards = boards,
	.serial_bus = "virtio-serial-device",
	.console = "ttyAMA0",
	/* Code changes while all processors are stopped; where they take turns, QEMU 7.2 never gets through such a stop */
	.takes_turns = false,
	.words = "",
	.image = "zImage",
	.signature_at = 0x24,
	.signature = "\x18\x28\x6f\x01",
	.init = vm_init_arm,
	.init_end = vm_init_arm_end,
	.init_needs = "gcc-arm-linux-gnueabihf",
};
