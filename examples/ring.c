// SPDX-License-Identifier: MIT
/* At which privilege does this program run? An ordinary program: nothing about it is special. */
#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argc;
#ifdef __arm__
	unsigned int cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr));
	printf("%s: %s mode\n", argv[0], (cpsr & 31) == 31 ? "SYS" : "USR");
#else
	unsigned short cs;

	__asm__ volatile("movw %%cs, %0" : "=r"(cs));
	printf("%s: CPL %d\n", argv[0], cs & 3);
#endif
	return 0;
}
