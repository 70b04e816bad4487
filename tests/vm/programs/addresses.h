/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * A canonical address of the kernel's with nothing behind it, with four and five levels of page tables, and whatever the
 * kernel is compiled with: the last of its holes (Documentation/arch/x86/x86_64/mm.rst).
 */
#define KERNEL_HOLE	0xffffffa000000000

/* Of neither half of the address space, with four and with five levels of page tables */
#define NOT_CANONICAL	0x8000000000000000
