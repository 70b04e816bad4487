// SPDX-License-Identifier: GPL-2.0-or-later
/* Huge pages, transparent and of hugetlbfs: as code, as data, and as memory that kernel functions are given. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define MAP_HUGE(shift) ((shift) << 26)

/* The kernel's */
extern void __bitmap_clear(unsigned long *map, unsigned int start, int bits);
struct timespec64;
extern void ktime_get_real_ts64(struct timespec64 *ts);
extern void *memchr_inv(const void *memory, int byte, size_t size);

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define GIGANTIC (1UL << 30)

/* The kernel writes zeros */
static void clear(char *memory, size_t size)
{
	__bitmap_clear((unsigned long *)memory, 0, (int)(size * 8));
}

typedef int function(void);
static const unsigned char return_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

static void write_file(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void write_file(const char *path, const char *format, ...)
{
	FILE *file = fopen(path, "we");
	va_list args;

	if (!file)
		fail_msg("%s: no such file", path);
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	assert_int_equal(fclose(file), 0);
}

/* KiB of huge pages in the mapping that the address lies in */
static long huge_kib(const char *address)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	unsigned long start, end;
	char line[512];
	int inside = 0;
	long kib = -1;

	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = (unsigned long)address >= start && (unsigned long)address < end;
		else if (inside && sscanf(line, "AnonHugePages: %ld", &kib) == 1)
			break;
	}
	fclose(file);
	return kib;
}

static char *map(size_t size, int advice)
{
	char *memory = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *aligned = (char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));

	assert_ptr_not_equal(memory, MAP_FAILED);
	munmap(memory, aligned - memory);
	munmap(aligned + size, HUGE - (aligned - memory));
	assert_int_equal(madvise(aligned, size, advice), 0);
	return aligned;
}

/* A function on each of its pages */
static void fill_with_code(char *memory, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE)
		memcpy(memory + at, return_42, sizeof(return_42));
}

static int code_is_whole(const char *memory, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE)
		if (((function *)(memory + at))() != 42)
			return 0;
	return 1;
}

static void first_touch_by_the_program(void **state)
{
	char *memory = map(HUGE, MADV_HUGEPAGE);

	(void)state;
	fill_with_code(memory, HUGE);
	assert_int_equal(huge_kib(memory), 2048);
	assert_true(code_is_whole(memory, HUGE));
	munmap(memory, HUGE);
}

static void first_touch_by_a_kernel_function(void **state)
{
	char *memory = map(2 * HUGE, MADV_HUGEPAGE);

	(void)state;
	/* Each brings in a huge page by writing; reading first would do with the page of zeros */
	ktime_get_real_ts64((struct timespec64 *)memory);
	ktime_get_real_ts64((struct timespec64 *)(memory + HUGE));
	assert_int_equal(huge_kib(memory), 4096);
	clear(memory, 2 * HUGE);
	assert_null(memchr_inv(memory, 0, 2 * HUGE));
	memory[HUGE + 5] = 1;
	assert_ptr_equal(memchr_inv(memory, 0, 2 * HUGE), memory + HUGE + 5);
	munmap(memory, 2 * HUGE);
}

/* After fork, both must get their own copy, whoever writes: here a kernel function does */
static void copy_on_write_by_a_kernel_function(void **state)
{
	char *memory = map(HUGE, MADV_HUGEPAGE);
	int status;
	pid_t child;

	(void)state;
	memset(memory, 1, HUGE);
	child = fork();
	if (child == 0) {
		clear(memory + PAGE, HUGE - PAGE);
		_exit(memory[0] != 1 || memory[PAGE] != 0 || memory[HUGE - 1] != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_null(memchr_inv(memory, 1, HUGE));
	munmap(memory, HUGE);
}

struct runner {
	char *memory;
	volatile int stop;
	volatile unsigned long rounds, failures;
};

static void *run_code(void *argument)
{
	struct runner *runner = argument;

	while (!runner->stop) {
		if (!code_is_whole(runner->memory, HUGE))
			runner->failures++;
		runner->rounds++;
	}
	return NULL;
}

/* The same with the kernel reading it */
static void *read_code(void *argument)
{
	struct runner *runner = argument;

	while (!runner->stop) {
		if (memchr_inv(runner->memory, 0xb8, PAGE) != runner->memory + 1)
			runner->failures++;
		runner->rounds++;
	}
	return NULL;
}

static void wait_for_rounds(struct runner *runner, unsigned long count)
{
	unsigned long start = runner->rounds;

	while (runner->rounds < start + count)
		usleep(1000);
}

static void put_together_and_taken_apart_under_running_code(void **state)
{
	struct runner runner = { .memory = map(HUGE, MADV_NOHUGEPAGE) };
	pthread_t threads[2];

	(void)state;
	fill_with_code(runner.memory, HUGE);
	assert_int_equal(huge_kib(runner.memory), 0);
	madvise(runner.memory, HUGE, MADV_HUGEPAGE);
	pthread_create(&threads[0], NULL, run_code, &runner);
	pthread_create(&threads[1], NULL, read_code, &runner);
	for (int i = 0; i < 20; i++) {
		unsigned long address = (unsigned long)runner.memory;

		assert_int_equal(madvise(runner.memory, HUGE, MADV_COLLAPSE), 0);
		assert_int_equal(huge_kib(runner.memory), 2048);
		wait_for_rounds(&runner, 5);
		if (i % 2) {
			/* The page itself */
			write_file("/sys/kernel/debug/split_huge_pages", "%d,0x%lx,0x%lx", getpid(), address, address + HUGE);
		} else {
			/* Its mapping, by an area that ends within it */
			mprotect(runner.memory + HUGE / 2, PAGE, PROT_READ | PROT_EXEC);
			mprotect(runner.memory + HUGE / 2, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
		}
		assert_int_equal(huge_kib(runner.memory), 0);
		wait_for_rounds(&runner, 5);
	}
	runner.stop = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(runner.failures, 0);
	munmap(runner.memory, HUGE);
}

static void put_together_by_the_daemon(void **state)
{
	struct runner runner = { .memory = map(HUGE, MADV_NOHUGEPAGE) };
	pthread_t thread;
	int tries;

	(void)state;
	fill_with_code(runner.memory, HUGE);
	write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "0");
	write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan", "100000");
	pthread_create(&thread, NULL, run_code, &runner);
	madvise(runner.memory, HUGE, MADV_HUGEPAGE);
	for (tries = 0; tries < 600 && huge_kib(runner.memory) != 2048; tries++)
		usleep(50000);
	wait_for_rounds(&runner, 5);
	runner.stop = 1;
	pthread_join(thread, NULL);
	write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "10000");
	assert_in_range(tries, 0, 599);
	assert_int_equal(runner.failures, 0);
	munmap(runner.memory, HUGE);
}

/* Holes in a huge page, and what the kernel finds there */
static void partly_unmapped(void **state)
{
	char *memory = map(HUGE, MADV_HUGEPAGE);

	(void)state;
	memset(memory, 7, HUGE);
	assert_int_equal(madvise(memory + 3 * PAGE, PAGE, MADV_DONTNEED), 0);
	assert_ptr_equal(memchr_inv(memory, 7, HUGE), memory + 3 * PAGE);
	assert_null(memchr_inv(memory + 3 * PAGE, 0, PAGE));
	assert_int_equal(munmap(memory + HUGE / 2, HUGE / 2), 0);
	assert_null(memchr_inv(memory + 4 * PAGE, 7, HUGE / 2 - 4 * PAGE));
	munmap(memory, HUGE / 2);
}

static void hugetlb_of(size_t size, int shift)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE(shift), -1, 0);
	int status;
	pid_t child;

	assert_ptr_not_equal(memory, MAP_FAILED);
	/* Not there yet: it comes when the kernel writes */
	clear(memory + size / 2, PAGE);
	for (size_t at = 0; at < size; at += HUGE)
		memcpy(memory + at, return_42, sizeof(return_42));
	assert_int_equal(((function *)memory)(), 42);
	assert_int_equal(((function *)(memory + size - HUGE))(), 42);
	assert_ptr_equal(memchr_inv(memory, 0xb8, PAGE), memory + 1);
	/* A private page of this size cannot be copied here if there is one only: the child just uses it */
	child = fork();
	if (child == 0)
		_exit(((function *)memory)() != 42 || memchr_inv(memory + size - PAGE, 0, PAGE) != NULL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(munmap(memory, size), 0);
}

static void hugetlb_2m(void **state)
{
	(void)state;
	hugetlb_of(4 * HUGE, 21);
}

static void hugetlb_1g(void **state)
{
	(void)state;
	hugetlb_of(GIGANTIC, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_touch_by_the_program),
		cmocka_unit_test(first_touch_by_a_kernel_function),
		cmocka_unit_test(copy_on_write_by_a_kernel_function),
		cmocka_unit_test(put_together_and_taken_apart_under_running_code),
		cmocka_unit_test(put_together_by_the_daemon),
		cmocka_unit_test(partly_unmapped),
		cmocka_unit_test(hugetlb_2m),
		cmocka_unit_test(hugetlb_1g),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
