// SPDX-License-Identifier: MIT
/* At which privilege does this program run? An ordinary program: nothing about it is special. */
#include <stdio.h>

int main(int argc, char **argv)
{
	unsigned short cs;

	(void)argc;
	__asm__ volatile("movw %%cs, %0" : "=r"(cs));
	printf("%s: CPL %d\n", argv[0], cs & 3);
	return 0;
}
