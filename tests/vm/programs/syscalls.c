// SPDX-License-Identifier: GPL-2.0-or-later
/* Imports nothing but system calls, so it can run anywhere. */
#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

extern long sys_getpid(void);
extern long sys_write(int fd, const void *buffer, size_t size);
extern long sys_pread64(int fd, void *buffer, size_t size, off_t offset);
extern long sys_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long locals, const struct iovec *remote,
	unsigned long remotes, unsigned long flags);

int main(void)
{
	char from[] = "six arguments", to[sizeof(from)] = "";
	struct iovec local = { to, sizeof(to) }, remote = { from, sizeof(from) };

	if (sys_getpid() != getpid() || sys_write(-1, "", 0) != -EBADF || sys_pread64(-1, to, 1, 0) != -EBADF)
		return 1;
	/* the fourth, fifth and sixth argument matter here */
	if (sys_process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != sizeof(from) || strcmp(from, to))
		return 2;
	if (sys_process_vm_readv(getpid(), &local, 1, &remote, 1, 1) != -EINVAL)
		return 3;
	return 0;
}
