// SPDX-License-Identifier: GPL-2.0-only
/* What the assembly has to know of the kernel's structures; becomes offsets.h. */
#include <linux/kbuild.h>
#include <linux/kml.h>
#include <linux/sched.h>

static void __used kml_offsets(void)
{
	OFFSET(TASK_PTRACE, task_struct, ptrace);
	/* Beside those in the lower half, which have work to do on every return to user space */
	DEFINE(KML_WORK_FLAGS, _TIF_KML_EXEC);
}
