// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * traced WAY points: what the program of that name for x86-64 does in that
 * scene, for probes. Of ARM code, as the kernel has none for Thumb.
 */
#include "passage.h"

__attribute__((noinline)) long marked(long value);
long marked(long value)
{
	__asm__ volatile("" : "+r"(value));
	return value + 1;
}

static volatile long watched[4];

int main(int argc, char **argv)
{
	long sum = 0;

	if (argc != 3)
		return 97;
	passage_choose(argv[1]);
	for (long i = 0; i < 3; i++) {
		sum += marked(i);
		watched[0] = i;
		pass(SYS_getuid);
	}
	pass(SYS_getrandom, watched + 2, sizeof(long), 0); /* written by the kernel */
	pass(SYS_write, -1, watched + 2, sizeof(long));
	pass(SYS_exit_group, sum);
}
