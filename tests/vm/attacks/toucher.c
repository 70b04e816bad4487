// SPDX-License-Identifier: GPL-2.0-or-later
/* toucher FILE: a kernel function reads the file through a mapping of it. */
#include <err.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "call.h"

int main(int argc, char **argv)
{
	unsigned long function = lookup("strnlen");
	int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);

	if (memory == MAP_FAILED)
		err(1, "mapping");
	/* At exit it would be too late: no process can be killed while it waits for the answer of a file's server to that */
	close(file);
	return call(function, memory, 4096) < 0;
}
