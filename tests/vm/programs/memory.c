// SPDX-License-Identifier: GPL-2.0-or-later
/* memory WHAT: goes on using memory, by itself and through kernel functions, to which the kernel does things. */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The kernel's */
extern void __bitmap_clear(unsigned long *map, unsigned int start, int bits);
extern void *memchr_inv(const void *memory, int byte, size_t size);

#define PAGE 4096UL

/* The kernel writes zeros */
static void clear(unsigned char *memory, size_t size)
{
	__bitmap_clear((unsigned long *)memory, 0, (int)(size * 8));
}

typedef int function(void);
static const unsigned char return_42[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

static unsigned char *map(size_t size)
{
	unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(2, "mmap");
	return memory;
}

static long merged_pages(void)
{
	FILE *file = fopen("/proc/self/ksm_stat", "re");
	char line[128];
	long pages = -1;

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "ksm_merging_pages %ld", &pages);
	if (file)
		fclose(file);
	return pages;
}

/* All pages are the same, and have code and data */
static int merged(void)
{
	enum { PAGES = 256 };
	unsigned char *memory = map(PAGES * PAGE);

	for (int i = 0; i < PAGES; i++)
		memcpy(memory + i * PAGE, return_42, sizeof(return_42));
	if (madvise(memory, PAGES * PAGE, MADV_MERGEABLE))
		err(2, "MADV_MERGEABLE");
	for (int tries = 0; merged_pages() < PAGES / 2; tries++) {
		if (tries == 600)
			errx(1, "nothing was merged: %ld", merged_pages());
		usleep(50000);
	}
	for (int i = 0; i < PAGES; i++) {
		if (((function *)(memory + i * PAGE))() != 42)
			return 1;
		/* Whoever writes gets a page of its own: here a kernel function does */
		if (i % 2)
			clear(memory + i * PAGE, PAGE);
	}
	for (int i = 0; i < PAGES; i++)
		if (memory[i * PAGE] != (i % 2 ? 0 : return_42[0]) ||
				memchr_inv(memory + i * PAGE + sizeof(return_42), 0, PAGE - sizeof(return_42)))
			return 1;
	return 0;
}

/* Much more than there is memory for: every look brings pages back in, and drives others out */
static int swapped(void)
{
	enum { PAGES = 10240 };
	unsigned char *memory = map(PAGES * PAGE);

	for (long i = 0; i < PAGES; i++) {
		memset(memory + i * PAGE, (int)(i % 251), PAGE);
		memcpy(memory + i * PAGE, return_42, sizeof(return_42));
	}
	for (int round = 0; round < 2; round++)
		for (long i = 0; i < PAGES; i++) {
			unsigned char *page = memory + i * PAGE;

			if (round == 0 && memchr_inv(page + 8, (int)(i % 251), PAGE - 8))
				return 1;
			if (round == 1 && ((function *)page)() != 42)
				return 1;
		}
	return 0;
}

static int use(unsigned char *memory, size_t size)
{
	return ((function *)memory)() == 42 && !memchr_inv(memory + 8, 5, size - 8);
}

static void migrate(unsigned long from, unsigned long to)
{
	if (syscall(SYS_migrate_pages, 0, 8UL, &from, &to) < 0)
		err(2, "migrate_pages");
}

static int moved(void)
{
	const size_t size = 4096 * PAGE;
	unsigned char *memory = map(size);
	time_t end;

	memset(memory, 5, size);
	memcpy(memory, return_42, sizeof(return_42));
	for (end = time(NULL) + 8; time(NULL) < end;) {
		migrate(1, 2);
		if (!use(memory, size))
			return 1;
		migrate(2, 1);
		if (!use(memory, size))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "merged"))
		return merged();
	if (!strcmp(what, "swapped"))
		return swapped();
	if (!strcmp(what, "moved"))
		return moved();
	if (!strcmp(what, "program"))
		memset(map(128 << 20), 1, 128 << 20);
	if (!strcmp(what, "function"))
		clear(map(128 << 20), 128 << 20);
	return 64;
}
