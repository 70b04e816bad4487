// SPDX-License-Identifier: GPL-2.0-or-later
/* powerless PROGRAM...: executes it as the user that it is, without any capability, and unable to get one. */
#include <err.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};

	if (argc < 2)
		return 64;
	if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) || syscall(SYS_capset, &header, none))
		err(100, "capabilities");
	execvp(argv[1], argv + 1);
	err(101, "%s", argv[1]);
}
