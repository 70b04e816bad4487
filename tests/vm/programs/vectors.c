// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vectors keep SECONDS: fills the vector registers and looks whether they stay,
 * again and again.
 * vectors sort SECONDS: the same in a function of the program that the kernel's
 * sort() calls back.
 */
#include "call.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* A look of the callback has to be so long that most switches of tasks come in the middle of one */
enum { REGISTERS = 16, NUMBERS = 64, LENGTH_OF_LOOK = 100000, ENOUGH_SWITCHES = 10 };

struct vector {
	uint64_t words[4];
};

static struct vector expected[REGISTERS], found[REGISTERS];
static bool have_avx;
static volatile long looks, changes;

/* Different in each process, register and word */
static void choose_values(void)
{
	uint64_t value = (uint64_t)getpid();

	for (int i = 0; i < REGISTERS; i++)
		for (int j = 0; j < 4; j++)
			expected[i].words[j] = value = value * 6364136223846793005 + 1442695040888963407;
}

#define ALL(each) \
	each(0) each(1) each(2) each(3) each(4) each(5) each(6) each(7) \
	each(8) each(9) each(10) each(11) each(12) each(13) each(14) each(15)
#define LOAD_YMM(n) "vmovdqu " #n "*32(%[from]), %%ymm" #n "\n\t"
#define STORE_YMM(n) "vmovdqu %%ymm" #n ", " #n "*32(%[to])\n\t"
#define LOAD_XMM(n) "movdqu " #n "*32(%[from]), %%xmm" #n "\n\t"
#define STORE_XMM(n) "movdqu %%xmm" #n ", " #n "*32(%[to])\n\t"
#define CLOBBER(n) "xmm" #n,

#define LOOK(load, store) \
	__asm__ volatile(ALL(load) "1: dec %[left]; jnz 1b\n\t" ALL(store) \
			 : [left] "+r"(left) : [from] "r"(expected), [to] "r"(found) : ALL(CLOBBER) "memory", "cc")

static void look(void)
{
	size_t size = have_avx ? 32 : 16;
	int left = LENGTH_OF_LOOK;

	if (have_avx)
		LOOK(LOAD_YMM, STORE_YMM);
	else
		LOOK(LOAD_XMM, STORE_XMM);
	looks++;
	for (int i = 0; i < REGISTERS; i++)
		for (size_t j = 0; j < size / sizeof(uint64_t); j++)
			changes += found[i].words[j] != expected[i].words[j];
}

static int compare(const void *one, const void *other)
{
	look();
	return *(const int *)one - *(const int *)other;
}

static void sort_once(void)
{
	static unsigned long sort;
	int numbers[NUMBERS];

	if (!sort)
		sort = lookup("sort");
	for (int i = 0; i < NUMBERS; i++)
		numbers[i] = i * 37 % NUMBERS;
	call(sort, numbers, NUMBERS, sizeof(*numbers), compare, NULL);
	for (int i = 0; i < NUMBERS; i++)
		changes += numbers[i] != i;
}

static long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nivcsw;
}

int main(int argc, char **argv)
{
	time_t end;
	void (*work)(void);

	if (argc != 3)
		return 2;
	work = strcmp(argv[1], "sort") ? look : sort_once;
	end = time(NULL) + atoi(argv[2]);
	have_avx = __builtin_cpu_supports("avx");
	choose_values();
	while (time(NULL) < end)
		work();
	printf("%s, ring %u: %ld looks at %s registers, %ld changes, %ld times interrupted by others\n", argv[1], kml_cpl(),
		looks, have_avx ? "YMM" : "XMM", changes, switches());
	return changes != 0 || switches() < ENOUGH_SWITCHES;
}
