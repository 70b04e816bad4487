// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives an address of the kernel to system calls that read and write memory: status 40 if one takes it. */
#include <kml/kml.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "addresses.h"
#include "kernel-mode.h"

int main(void)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	/* The gate is kernel text and there */
	void *address = (void *)(gate ? gate : KERNEL_TEXT);
	struct iovec vector = { .iov_base = address, .iov_len = 8 };
	int ends[2];

	if (pipe(ends) || write(ends[1], "12345678", 8) != 8)
		return 1;
	if (write(ends[1], address, 8) >= 0 || writev(ends[1], &vector, 1) >= 0)
		return IN_KERNEL_MODE;
	if (read(ends[0], address, 8) >= 0 || syscall(SYS_uname, address) == 0 || access(address, R_OK) == 0)
		return IN_KERNEL_MODE;
	return 0;
}
