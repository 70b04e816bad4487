// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process in kernel mode beside what is measured; fails if it is not in
 * kernel mode. Goes on in the background, sleeping or yielding, or ends: then
 * there has been one.
 */
#include <kml/kml.h>

#include <err.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* What is measured has to be done in between, most times: a hundred page faults on ARM take half a millisecond */
	const struct timespec shortly = { .tv_nsec = 3000000 };
	pid_t pid;

	if (argc != 2 || kml_cpl() != 0)
		errx(1, "not in kernel mode");
	if (!strcmp(argv[1], "gone"))
		return 0;
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	while (pid == 0) {
		if (!strcmp(argv[1], "yielding"))
			sched_yield();
		else
			nanosleep(&shortly, NULL);
	}
	return 0;
}
