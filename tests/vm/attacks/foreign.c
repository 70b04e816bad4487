// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A library of an attacker's: whatever loads it ends at once, and says by its exit status whether that was in kernel
 * mode. As an audit library and as a converter of character sets, too: those are loaded as any other.
 */
#include "kernel-mode.h"

unsigned int la_version(unsigned int version)
{
	return version;
}

__attribute__((constructor)) static void take_over(void)
{
	_exit(attack_status());
}
