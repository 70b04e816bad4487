// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts guest instructions of single operations. Under QEMU's -icount the
 * time-stamp counter goes on by one with each instruction, so the most
 * frequent difference of many is exact; interrupts only make others larger.
 * Prints "name count" lines; what needs kernel mode is left out without it.
 */
#include <kml/kml.h>

#include <stdio.h>
#include <stdlib.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLES 3001

static unsigned long counter(void)
{
	unsigned int low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (unsigned long)high << 32;
}

static int ascending(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x > y) - (x < y);
}

static unsigned long most_frequent(unsigned long *samples)
{
	unsigned long best = 0;
	int best_length = 0, length = 1;

	qsort(samples, SAMPLES, sizeof(*samples), ascending);
	for (int i = 1; i <= SAMPLES; i++) {
		if (i < SAMPLES && samples[i] == samples[i - 1]) {
			length++;
			continue;
		}
		if (length > best_length) {
			best_length = length;
			best = samples[i - 1];
		}
		length = 1;
	}
	return best;
}

static unsigned long nothing;

/* The statement's instructions, without those of the measurement itself */
#define count(statement) \
	({ \
		static unsigned long samples_[SAMPLES]; \
		for (int i_ = 0; i_ < SAMPLES; i_++) { \
			unsigned long start_ = counter(); \
			statement; \
			samples_[i_] = counter() - start_; \
		} \
		most_frequent(samples_) - nothing; \
	})

static unsigned long call_gate;

static unsigned long through_call_gate(unsigned long function, unsigned long argument)
{
	unsigned long result;

	__asm__ volatile("lea -128(%%rsp), %%rsp; call *%2; lea 128(%%rsp), %%rsp"
			 : "=a"(result), "+D"(argument)
			 : "r"(call_gate), "a"(function)
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return result;
}

static unsigned long __attribute__((noinline)) user_function(unsigned long x)
{
	__asm__ volatile("" : "+r"(x));
	return x;
}

int main(void)
{
	unsigned long syscall_gate = getauxval(AT_KML_SYSCALL_GATE), lookup = getauxval(AT_KML_LOOKUP), function;
	unsigned long (*volatile indirect)(unsigned long) = user_function;
	unsigned long result;

	nothing = count((void)0);
	printf("instruction %lu\n",
		count(__asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getppid) : "rcx", "r11", "memory")));
	printf("user-function %lu\n", count(indirect(1)));
	call_gate = getauxval(AT_KML_CALL_GATE);
	if (!call_gate)
		return 0;
	printf("syscall-gate %lu\n",
		count(__asm__ volatile("call *%1" : "=a"(result) : "r"(syscall_gate), "a"(SYS_getppid) : "rcx", "r11", "memory")));
	function = through_call_gate(lookup, (unsigned long)"hex_to_bin");
	printf("call-gate %lu\n",
		count(__asm__ volatile("call *%0" : : "r"(call_gate), "a"(function), "D"('c') : "rcx", "rdx", "rsi", "r8",
				       "r9", "r10", "r11", "memory", "cc")));
	indirect = (void *)function;
	printf("direct %lu\n", count(indirect('c')));
	return 0;
}
