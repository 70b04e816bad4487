// SPDX-License-Identifier: GPL-2.0-or-later
/* calling SECONDS: calls one kernel function without pause, and prints what it returns whenever that changes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

extern unsigned int jiffies_to_msecs(unsigned long ticks);
extern void msleep(unsigned int milliseconds);

int main(int argc, char **argv)
{
	time_t deadline = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
	int last = -1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (time(NULL) < deadline) {
		for (int i = 0; i < 1000; i++) {
			int value = (int)jiffies_to_msecs(3); /* HZ is 250 */

			if (value != last)
				printf("%d\n", last = value);
		}
		msleep(1);
	}
	return 0;
}
