// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts the instructions of single operations: those that every process has,
 * and in kernel mode the gates.
 *
 *   count [EXECED]         with an exec of that program
 *   count --with PARTNER   only switches, to and from PARTNER, which is this program at another place
 */
#include "measure.h"

#include <string.h>

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--partner-of"))
		be_partner(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "--with")) {
		count_switch(argv[2]);
		return 0;
	}
	count_calls();
	count_gates();
	count_faults();
	count_switch(NULL);
	if (argc > 1)
		count_exec(argv[1]);
	return 0;
}
