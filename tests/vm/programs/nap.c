// SPDX-License-Identifier: GPL-2.0-or-later
/* nap MILLISECONDS: one long call through the gate. */
#include <stdlib.h>

extern void msleep(unsigned int milliseconds);

int main(int argc, char **argv)
{
	msleep(argc > 1 ? (unsigned int)atoi(argv[1]) : 1000);
	return 0;
}
