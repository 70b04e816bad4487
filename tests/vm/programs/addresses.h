/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#ifdef __x86_64__
/*
 * A canonical address of the kernel's with nothing behind it, with four and five levels of page tables, and whatever the
 * kernel is compiled with: the last of its holes (Documentation/arch/x86/x86_64/mm.rst).
 */
#define KERNEL_HOLE	0xffffffa000000000

/* Of neither half of the address space, with four and with five levels of page tables */
#define NOT_CANONICAL	0x8000000000000000

/* Where the kernel is without a slide */
#define KERNEL_TEXT	0xffffffff81000000

/* Memory of a program below an entry of the top-level page table that is nobody else's */
#define FAR_FROM_EVERYTHING	(1UL << 46)
#else /* ARM */
/* The guard below the fixed mappings (Documentation/arch/arm/memory.rst) */
#define KERNEL_HOLE	0xffc40000

/* Where the kernel is */
#define KERNEL_TEXT	0xc0100000

/* Memory of a program below an entry of the first level that is nobody else's */
#define FAR_FROM_EVERYTHING	0x40000000UL
#endif
