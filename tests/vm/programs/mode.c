// SPDX-License-Identifier: GPL-2.0-or-later
/* Says in which mode it runs: exit status 0 in kernel mode, 3 (the ring) in user mode, 99 if the signs disagree. */
#include <kml/kml.h>

#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	unsigned int ring = kml_cpl();

	/* The gates are for kernel-mode processes, and for nobody else */
	if ((ring == 0) != (getauxval(AT_KML_CALL_GATE) != 0) || (ring == 0) != (getauxval(AT_KML_SYSCALL_GATE) != 0))
		return 99;
	return (int)ring;
}
