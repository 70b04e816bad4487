// SPDX-License-Identifier: GPL-2.0-or-later
/* A process to look at from outside. */
#include <unistd.h>

int main(void)
{
	sleep(30);
	return 0;
}
