/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Counts guest instructions. Under QEMU's -icount the processor's counter goes
 * on with each instruction: on x86-64 by one, so that the most frequent difference
 * of many is exact, as interrupts only make others larger; on ARM by one for every
 * sixteen, so that each difference is one of a hundred times the same: enough for one instruction to be seen, and few
 * enough to be done, most times, before the next interrupt.
 */
#include <stdio.h>
#include <stdlib.h>

#ifdef __arm__
#define SAMPLES 101
#define TIMES 100
#define INSTRUCTIONS_OF_A_TICK 16 /* 62.5 MHz, where an instruction takes a nanosecond */

static inline unsigned long counter(void)
{
	unsigned long long ticks;

	__asm__ volatile("isb; mrrc p15, 1, %Q0, %R0, c14" : "=r"(ticks) : : "memory");
	return (unsigned long)ticks * INSTRUCTIONS_OF_A_TICK;
}
#else
#define SAMPLES 3001

static inline unsigned long counter(void)
{
	unsigned int low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (unsigned long)high << 32;
}
#endif

/* Of SAMPLES ones, which it sorts */
unsigned long most_frequent(unsigned long *samples);

/* A quarter is not larger. Sorts them, too. */
unsigned long quartile(unsigned long *samples, size_t number);

/* What a measurement itself takes */
unsigned long measuring(void);

/* The statement's instructions, alone; what has to be prepared for it each time is not counted */
#ifdef __arm__
#define count_many(statement) \
	({ \
		unsigned long start_ = counter(); \
		for (int i_ = 0; i_ < TIMES; i_++) { \
			statement; \
		} \
		counter() - start_; \
	})

#define count_prepared(prepare, statement) \
	({ \
		static unsigned long samples_[SAMPLES]; \
		for (int s_ = 0; s_ < SAMPLES; s_++) { \
			unsigned long both_ = count_many(prepare; statement); \
			samples_[s_] = (both_ - count_many(prepare; __asm__ volatile("")) + TIMES / 2) / TIMES; \
		} \
		most_frequent(samples_); \
	})
#else
#define count_prepared(prepare, statement) \
	({ \
		static unsigned long samples_[SAMPLES]; \
		for (int i_ = 0; i_ < SAMPLES; i_++) { \
			unsigned long start_; \
			prepare; \
			start_ = counter(); \
			statement; \
			samples_[i_] = counter() - start_; \
		} \
		most_frequent(samples_) - measuring(); \
	})
#endif

#define count(statement) count_prepared((void)0, statement)

/* Each prints its counts, as lines of a name and a number */
void count_calls(void);
void count_gates(void);
void count_faults(void);
void count_exec(const char *program);
void count_switch(const char *partner);

/* The other side of count_switch(), when that has another program for it */
void be_partner(int shared_memory);
