// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * runner DIRECTORY LIST: runs programs below DIRECTORY one after the other, in the machine. A line of LIST is the time
 * limit in seconds, the program, and its arguments. What a program prints gets two spaces before each line, and what is
 * said about it stands in lines that begin with "==".
 *
 * The output of each is a terminal, so that it comes out line by line: of one that is killed, what it had to say is
 * there, and output of parent and child is in its true order.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS = 16, OUTPUT_LIMIT = 256 << 10 };

static void die(const char *what)
{
	printf("== runner: %s: %s\n", what, strerror(errno));
	exit(125);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void open_terminal(int *ret_ours, int *ret_theirs)
{
	struct termios settings;

	*ret_ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_ours < 0 || grantpt(*ret_ours) < 0 || unlockpt(*ret_ours) < 0)
		die("posix_openpt");
	*ret_theirs = open(ptsname(*ret_ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_theirs < 0 || tcgetattr(*ret_theirs, &settings) < 0)
		die("terminal");
	cfmakeraw(&settings);
	tcsetattr(*ret_theirs, TCSANOW, &settings);
}

__attribute__((noreturn)) static void become(char **arguments, int terminal)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	dup2(null, STDIN_FILENO);
	dup2(terminal, STDOUT_FILENO);
	dup2(terminal, STDERR_FILENO);
	execv(arguments[0], arguments);
	dprintf(STDERR_FILENO, "cannot be executed: %s\n", strerror(errno));
	_exit(127);
}

/* Copies what there is now; indents it */
static void copy(int terminal, size_t *copied, char *last)
{
	char buffer[4096];
	ssize_t count = read(terminal, buffer, sizeof(buffer));

	for (ssize_t i = 0; i < count && *copied < OUTPUT_LIMIT; i++, ++*copied) {
		if (*last == '\n')
			fputs("  ", stdout);
		*last = buffer[i];
		putchar(*last);
	}
}

static int output_is_waiting(int terminal, int milliseconds)
{
	struct pollfd wait = { .fd = terminal, .events = POLLIN };

	return poll(&wait, 1, milliseconds) > 0 && (wait.revents & POLLIN);
}

/* The wait status */
static int attend(pid_t pid, int terminal, double limit)
{
	double deadline = now() + limit;
	size_t copied = 0;
	char last = '\n';
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		/* All at once: who is left without its tracer would tell of failures that are none */
		if (now() > deadline)
			kill(-pid, SIGKILL);
		if (output_is_waiting(terminal, 10))
			copy(terminal, &copied, &last);
	}
	/* Some go on as a child; others leave one behind that says nothing. Without any, poll() ends at once. */
	while (output_is_waiting(terminal, 2000) && copied < OUTPUT_LIMIT)
		copy(terminal, &copied, &last);
	if (last != '\n')
		putchar('\n');
	return status;
}

static pid_t parent_of(const char *process)
{
	char path[64], name[64];
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", process);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* Names have no closing parenthesis unless someone wants to make a fool of us */
	if (fscanf(file, "%*d (%63[^)]) %*c %d", name, &parent) != 2)
		parent = 0;
	fclose(file);
	return parent;
}

/* What a program has left behind must not disturb the next one. Orphans become children of this process. */
static void end_descendants(void)
{
	const struct dirent *entry;
	double deadline = now() + 10;
	int found = 1;

	while (found && now() < deadline) {
		DIR *processes = opendir("/proc");

		if (!processes)
			die("/proc");
		found = 0;
		while ((entry = readdir(processes)))
			if (parent_of(entry->d_name) == getpid()) {
				kill(atoi(entry->d_name), SIGKILL);
				found = 1;
			}
		closedir(processes);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (found)
			usleep(1000);
	}
}

static void run(char **arguments, double limit)
{
	double started = now();
	int ours, theirs, status;
	pid_t pid;

	open_terminal(&ours, &theirs);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(arguments, theirs);
	close(theirs);
	status = attend(pid, ours, limit);
	close(ours);
	end_descendants();
	if (now() - started > limit)
		printf("== time-out");
	else if (WIFSIGNALED(status))
		printf("== signal %d", WTERMSIG(status));
	else
		printf("== status %d", WEXITSTATUS(status));
	printf(" after %.1f s\n", now() - started);
	fflush(stdout);
}

static void run_line(const char *directory, char *line)
{
	char *arguments[ARGUMENTS + 1] = {}, *limit = strtok(line, " "), *path, *slash;
	int count = 0;

	while (count < ARGUMENTS && (arguments[count] = strtok(NULL, " ")))
		count++;
	if (!count)
		die("a bad list");
	printf("== %s", arguments[0]);
	for (int i = 1; i < count; i++)
		printf(" %s", arguments[i]);
	putchar('\n');
	if (asprintf(&path, "%s/%s", directory, arguments[0]) < 0)
		die("asprintf");
	slash = strrchr(path, '/');
	*slash = '\0';
	if (chdir(path) < 0)
		die(path);
	if (asprintf(&arguments[0], "./%s", slash + 1) < 0)
		die("asprintf");
	run(arguments, atof(limit));
	free(arguments[0]);
	free(path);
}

int main(int argc, char **argv)
{
	FILE *list = argc == 3 ? fopen(argv[2], "re") : NULL;
	char line[1024];

	if (!list)
		die("runner DIRECTORY LIST");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		run_line(argv[1], line);
	}
	printf("== done\n");
	return 0;
}
