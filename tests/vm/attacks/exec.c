// SPDX-License-Identifier: GPL-2.0-or-later
/* exec PROGRAM: executes it, whatever it is; 101 if the kernel refuses. */
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc == 2)
		execv(argv[1], argv + 1);
	return 101;
}
