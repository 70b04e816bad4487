// SPDX-License-Identifier: GPL-2.0-or-later
/* Imports nothing but system calls, so it can run anywhere. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <sys/mman.h>
#include <unistd.h>

extern long sys_getpid(void);
extern long sys_write(int fd, const void *buffer, size_t size);
extern long sys_pread64(int fd, void *buffer, size_t size, off_t offset);
extern long sys_mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset);

int main(int argc, char **argv)
{
	char byte, *page;
	int fd = open(argv[argc - 1], O_RDONLY);

	if (sys_getpid() != getpid() || sys_write(-1, "", 0) != -EBADF || sys_pread64(-1, &byte, 1, 0) != -EBADF)
		return 1;
	/* the fourth, fifth and sixth argument matter here */
	page = (char *)sys_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (memcmp(page, "\177ELF", 4))
		return 2;
	if (sys_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 1) != -EINVAL)
		return 3;
	if (sys_mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0) != -EBADF)
		return 4;
	return 0;
}
