// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * race PATH TRUSTED OWN: PATH is exchanged all the time, between (a link to) the trusted program and one's own, while it
 * is executed again and again: what was checked could be another file than what is used. The trusted program must end
 * with another status than one's own does in kernel mode.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel-mode.h"

enum { TRIES = 50 };

static void exchange(const char *path, const char *one, const char *other)
{
	char aside[256];

	snprintf(aside, sizeof(aside), "%s.new", path);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		const char *next = one;

		unlink(aside);
		if (symlink(next, aside) || rename(aside, path))
			err(1, "%s", path);
		one = other;
		other = next;
	}
}

int main(int argc, char **argv)
{
	int won = 0;
	pid_t other;

	if (argc != 4)
		return 64;
	other = fork();
	if (other == 0)
		exchange(argv[1], argv[2], argv[3]);
	for (int i = 0; i < TRIES && !won; i++) {
		int status;
		pid_t child = vfork();

		if (child == 0) {
			execl(argv[1], argv[1], (char *)NULL);
			_exit(1);
		}
		waitpid(child, &status, 0);
		won = WIFEXITED(status) && WEXITSTATUS(status) == IN_KERNEL_MODE;
	}
	kill(other, SIGKILL);
	return won ? IN_KERNEL_MODE : IN_USER_MODE;
}
