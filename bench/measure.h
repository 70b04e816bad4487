/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Counts guest instructions. Under QEMU's -icount the time-stamp counter goes
 * on by one with each instruction, so the most frequent difference of many is
 * exact: interrupts only make others larger.
 */
#include <stdio.h>
#include <stdlib.h>

#define SAMPLES 3001

static inline unsigned long counter(void)
{
	unsigned int low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (unsigned long)high << 32;
}

/* Of SAMPLES ones, which it sorts */
unsigned long most_frequent(unsigned long *samples);

/* A quarter is not larger. Sorts them, too. */
unsigned long quartile(unsigned long *samples, size_t number);

/* What a measurement itself takes */
unsigned long measuring(void);

/* The statement's instructions, alone; what has to be prepared for it each time is not counted */
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

#define count(statement) count_prepared((void)0, statement)

/* Each prints its counts, as lines of a name and a number */
void count_calls(void);
void count_gates(void);
void count_faults(void);
void count_exec(const char *program);
void count_switch(const char *partner);

/* The other side of count_switch(), when that has another program for it */
void be_partner(int shared_memory);
