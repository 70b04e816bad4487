// SPDX-License-Identifier: GPL-2.0-or-later
/* memory-file PROGRAM: executes a copy of it that is in no file system, by the name trusted/x. */
#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int program = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	int file = memfd_create("trusted/x", MFD_CLOEXEC);
	struct stat status;

	if (program < 0 || fstat(program, &status) || sendfile(file, program, NULL, (size_t)status.st_size) != status.st_size)
		err(1, "memory file");
	execveat(file, "", argv + 1, (char *[]){ NULL }, AT_EMPTY_PATH);
	err(1, "exec");
}
