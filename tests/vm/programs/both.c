// SPDX-License-Identifier: GPL-2.0-or-later
/* both PROGRAM...: runs them at the same time, for five seconds each; the exit status is the number of those that failed. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int failures = 0;

	for (int i = 1; i < argc; i++)
		if (fork() == 0) {
			execl(argv[i], argv[i], "5", (char *)NULL);
			_exit(99);
		}
	for (int i = 1; i < argc; i++) {
		int status;

		wait(&status);
		failures += status != 0;
	}
	return failures;
}
