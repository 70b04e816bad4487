// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contended SECONDS: threads change the mappings of the process without pause
 * while another one lets a kernel function write to memory that is not there
 * yet, so that the fault finds the lock of the mappings taken.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

extern void *__memset(void *memory, int value, size_t size);

#define PAGE 4096UL

static volatile int stop;

static void *change_mappings(void *unused)
{
	char *memory = mmap(NULL, 256 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	while (!stop) {
		mprotect(memory, 17 * PAGE, PROT_READ);
		mprotect(memory, 17 * PAGE, PROT_READ | PROT_WRITE);
		memory[3 * PAGE] = 1;
		munmap(mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0),
			16 * PAGE);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	time_t deadline = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, change_mappings, NULL);
	while (time(NULL) < deadline) {
		unsigned char *memory = mmap(NULL, 1024 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		__memset(memory, 0, 1024 * PAGE);
		munmap(memory, 1024 * PAGE);
	}
	stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
