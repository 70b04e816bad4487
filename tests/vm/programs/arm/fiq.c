// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fast interrupts in kernel mode. The interrupt controller of QEMU's board virt
 * sends what is in its group 0 as such, if it is told so: here, one interrupt
 * that nobody else uses, to CPU 0. As nobody handles it, it comes again and again
 * until CPU 1 takes it back. What it has interrupted stands in LR of FIQ mode,
 * which is left with the address of the kernel's entry for that mode.
 *
 * Not in the kernel: in its first and last instructions for a process, current
 * is not what its handler of such interrupts takes it for, in any process.
 */
#include "call.h"

#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { ROUNDS = 300, NUMBER = 250, LOWEST_PRIORITY = 0xe0, PAGE_SHIFT = 12 };
#define GIC 0x08000000UL
#define GIC_SIZE 0x20000UL
#define BIT_OF_NUMBER (1U << NUMBER % 32)

/* Offsets of the distributor's registers, and of the CPUs' interfaces */
enum { GROUP = 0x80, ENABLE = 0x100, PEND = 0x200, TAKE_BACK = 0x280, PRIORITY = 0x400, TARGET = 0x800,
	INTERFACE = 0x10000, END = 0x10010 };
/* Bits of both CTLRs, and of those of the interfaces */
enum { GROUPS_0_AND_1 = 3, ALL_BY_ONE_REGISTER = 4, GROUP_0_IS_FAST = 8 };

static unsigned long gic, entry_from_program;
static volatile bool enough;
static volatile unsigned long turns, seen;

static volatile uint32_t *word(unsigned long offset)
{
	return (volatile uint32_t *)(gic + offset);
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(2, "CPU %d", cpu);
}

/* LR of FIQ mode; and forgets it, and lets all interrupts in */
static unsigned long last_entry(void)
{
	register unsigned long entry __asm__("r0"); /* FIQ mode has its own of the higher ones */

	__asm__ volatile("cpsid if, #0x11\n\t"
			 "mov %[entry], lr\n\t"
			 "mov lr, #0\n\t"
			 "cpsie if, #0x1f"
			 : [entry] "=r"(entry)
			 :
			 : "memory");
	return entry & ~1UL;
}

/* True as long as nothing of what a program has is changed by what interrupts it */
static bool registers_stay(void)
{
	unsigned long sum;

	__asm__ volatile("mov r2, #1; mov r3, #2; mov r4, #3; mov r5, #4; mov r6, #5; mov r8, #6; mov r9, #7; mov r10, #8; mov ip, #9\n\t"
			 "mov %[sum], #4096\n"
			 "1:\tsubs %[sum], %[sum], #1; bne 1b\n\t"
			 "add %[sum], r2, r3; add %[sum], r4; add %[sum], r5; add %[sum], r6; add %[sum], r8; add %[sum], r9\n\t"
			 "add %[sum], r10; add %[sum], ip"
			 : [sum] "=&r"(sum)
			 :
			 : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "ip", "cc");
	return sum == 45;
}

/* On CPU 0 */
static void *be_interrupted(void *unused)
{
	stay_on(0);
	*word(INTERFACE) |= GROUPS_0_AND_1 | ALL_BY_ONE_REGISTER;
	*word(GROUP) = ~0U;
	*word(INTERFACE) |= GROUP_0_IS_FAST;
	last_entry();
	for (; !enough; turns++) {
		/* A tick before it would have the fast interrupt, and all others after that, hit the kernel. */
		__asm__ volatile("cpsid i" ::: "memory");
		if (!registers_stay())
			errx(1, "a register was changed");
		if (last_entry() == entry_from_program)
			seen++;
		/* The kernel may have taken it for one of its own, which it does not end if it does not know it */
		*word(END) = NUMBER;
	}
	*word(INTERFACE) &= ~(uint32_t)GROUP_0_IS_FAST;
	return unused;
}

/* On CPU 1 */
static void interrupt(void)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		/*
		 * A busy host lets CPU 0 run while this one sleeps, and hardly else; and stops it then where it happens to be.
		 * When it stops it for another reason, it is always within the kernel.
		 */
		bool sleeps = !seen && i >= ROUNDS / 2;
		unsigned long before;

		if (sleeps)
			usleep(5000);
		before = turns;
		*word(PEND + 4 * (NUMBER / 32)) = BIT_OF_NUMBER;
		for (volatile unsigned int j = 0; j < 50 + i % 64; j++)
			;
		if (sleeps)
			usleep(5000);
		*word(TAKE_BACK + 4 * (NUMBER / 32)) = BIT_OF_NUMBER;
		while (turns == before)
			;
	}
}

static void share_out_groups(void)
{
	stay_on(1);
	*word(INTERFACE) |= GROUPS_0_AND_1 | ALL_BY_ONE_REGISTER;
	*word(0) = GROUPS_0_AND_1;
	*word(GROUP) = ~0U;
	for (unsigned int i = 1; i <= NUMBER / 32; i++)
		*word(GROUP + 4 * i) = i == NUMBER / 32 ? ~BIT_OF_NUMBER : ~0U;
	*(volatile uint8_t *)(gic + PRIORITY + NUMBER) = LOWEST_PRIORITY;
	*(volatile uint8_t *)(gic + TARGET + NUMBER) = 1;
	*word(ENABLE + 4 * (NUMBER / 32)) = BIT_OF_NUMBER;
}

int main(void)
{
	pthread_t thread;

	entry_from_program = lookup("__fiq_sys") & ~1UL;
	gic = (unsigned long)call(lookup("__arm_ioremap_pfn"), GIC >> PAGE_SHIFT, 0, GIC_SIZE, 0);
	if (!gic)
		errx(2, "the interrupt controller cannot be reached");
	share_out_groups();
	if (pthread_create(&thread, NULL, be_interrupted, NULL))
		errx(2, "no thread");
	interrupt();
	enough = true;
	pthread_join(thread, NULL);
	printf("fast interrupts: %lu of %d seen\n", seen, ROUNDS);
	return seen ? 0 : 1;
}
