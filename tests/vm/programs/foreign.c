// SPDX-License-Identifier: GPL-2.0-or-later
/* A library of somebody else's: whatever loads it ends with 40 and its ring. As an audit library, too. */
#include <kml/kml.h>
#include <unistd.h>

unsigned int la_version(unsigned int version)
{
	return version;
}

__attribute__((constructor)) static void take_over(void)
{
	_exit(40 + (int)kml_cpl());
}
