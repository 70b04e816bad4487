// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts what the binder takes, at the start of a program with fifty imports:
 * by having it do its work again, which changes nothing. Linked by kml-link.
 */
#include "measure.h"

#define IMPORT(name) extern long name(long);
#include "start-names.h"
#undef IMPORT

/* kml-link brings it in; weak, so that it is not taken for a name of the kernel. */
extern void binder(int argc, char **argv, char **envp) __asm__(".kml.start") __attribute__((weak, visibility("hidden")));

#define IMPORT(name) name,
static long (*const volatile imports[])(long) = {
#include "start-names.h"
};

/* Far fewer than for what takes less. */
enum { STARTS = 101 };

int main(int argc, char **argv, char **envp)
{
	static unsigned long samples[STARTS];

	if (sizeof(imports) / sizeof(imports[0]) != 50 || !imports[0])
		return 1;
	for (int i = 0; i < STARTS; i++) {
		unsigned long start = counter();

		binder(argc, argv, envp);
		samples[i] = counter() - start;
	}
	printf("start %lu\n", quartile(samples, STARTS) - measuring());
	return 0;
}
