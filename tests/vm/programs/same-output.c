// SPDX-License-Identifier: GPL-2.0-or-later
/* same-output LINES PROGRAM: what PROGRAM prints and how it ends is the same each way, and no less than LINES lines. */
#include "observe.h"

static void run(FILE *out, const struct way *way, const void *argument)
{
	const char *program = argument;
	char path[64], line[512];
	int status, fds[2];
	pid_t child;
	FILE *output;

	snprintf(path, sizeof(path), "%s/%s", way->directory, program);
	if (pipe(fds))
		err(1, "pipe");
	child = fork();
	if (child == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(path, path, way->argument, (char *)NULL);
		err(1, "%s", path);
	}
	close(fds[1]);
	output = fdopen(fds[0], "r");
	while (fgets(line, sizeof(line), output))
		fputs(line, out);
	fclose(output);
	if (waitpid(child, &status, 0) != child)
		err(1, "wait");
	print_status(out, status);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	return same_each_way(argv[2], run, argv[2], strtoul(argv[1], NULL, 10));
}
