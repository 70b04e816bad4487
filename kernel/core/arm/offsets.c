// SPDX-License-Identifier: GPL-2.0-only
/* What the assembly has to know of the kernel's structures; becomes offsets.h. */
#include <linux/kbuild.h>
#include <linux/sched.h>

static void __used kml_offsets(void)
{
	OFFSET(TASK_PTRACE, task_struct, ptrace);
}
