// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * calls: the call gate with an address that is not the kernel's.
 * calls faulty: kernel functions that fault; each is an oops, and the end of
 * the caller alone. Prints how each ended.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "addresses.h"
#include "call.h"
#include "outcome.h"

static unsigned long strlen_of_kernel;

#define CALL(name, address) \
	static long name(void) \
	{ \
		return call(address, 1, 2, 3, 4, 5, 6); \
	}

static long function_of_program(void)
{
	return 7;
}

static char data_of_program[16];

CALL(null, 0)
CALL(first_page, 0x10)
CALL(the_programs_own, (uintptr_t)function_of_program)
CALL(the_programs_data, (uintptr_t)data_of_program)
CALL(last_of_programs, 0x7fffffffffff)
CALL(above_programs, 0x800000000000)
CALL(not_canonical, NOT_CANONICAL)
CALL(small_negative, -1UL)

CALL(kernel_hole, KERNEL_HOLE)
CALL(kernel_data, lookup("jiffies"))
CALL(kernel_constants, lookup("linux_banner"))

#define FAULT(name, address) \
	static long name(void) \
	{ \
		return call(strlen_of_kernel, address); \
	}

FAULT(function_reads_kernel_hole, KERNEL_HOLE)
FAULT(function_reads_not_canonical, NOT_CANONICAL)
FAULT(function_reads_null, NULL)
FAULT(function_reads_unmapped, 0x10000)

static long function_writes_read_only(void)
{
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return call(lookup("__memset"), page, 0, 16);
}

static long function_writes_constants(void)
{
	return call(lookup("__memset"), lookup("linux_banner"), 0, 16);
}

static int compare_badly(const void *one, const void *other)
{
	__asm__ volatile("movl $1, 16" : : : "memory");
	return one != other;
}

static int compare_undefined(const void *one, const void *other)
{
	__asm__ volatile("ud2");
	return one != other;
}

static long callback_that_faults(void)
{
	return call(lookup("sort"), data_of_program, 16, 1, compare_badly, NULL);
}

static long callback_with_undefined_instruction(void)
{
	return call(lookup("sort"), data_of_program, 16, 1, compare_undefined, NULL);
}

static void *fault(void *unused)
{
	call(strlen_of_kernel, KERNEL_HOLE);
	return unused;
}

/* Only the thread dies; who joins it is told that it has ended */
static long function_of_a_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, fault, NULL);
	pthread_join(thread, NULL);
	return 5;
}

#define ATTEMPT(name) { #name, name }

static const struct attempt wrong_addresses[] = {
	ATTEMPT(null),
	ATTEMPT(first_page),
	ATTEMPT(the_programs_own),
	ATTEMPT(the_programs_data),
	ATTEMPT(last_of_programs),
	ATTEMPT(above_programs),
	ATTEMPT(not_canonical),
};

static const struct attempt faults[] = {
	ATTEMPT(small_negative),
	ATTEMPT(kernel_hole),
	ATTEMPT(kernel_data),
	ATTEMPT(kernel_constants),
	ATTEMPT(function_reads_kernel_hole),
	ATTEMPT(function_reads_not_canonical),
	ATTEMPT(function_reads_null),
	ATTEMPT(function_reads_unmapped),
	ATTEMPT(function_writes_read_only),
	ATTEMPT(function_writes_constants),
	ATTEMPT(callback_that_faults),
	ATTEMPT(callback_with_undefined_instruction),
	ATTEMPT(function_of_a_thread),
};

int main(int argc, char **argv)
{
	strlen_of_kernel = lookup("strlen");
	if (argc > 1 && !strcmp(argv[1], "faulty"))
		outcomes(faults, sizeof(faults) / sizeof(*faults));
	else
		outcomes(wrong_addresses, sizeof(wrong_addresses) / sizeof(*wrong_addresses));
	return 0;
}
