// SPDX-License-Identifier: GPL-2.0-or-later
#include "relocation_name.h"

#include "arch.h"

#include <stdio.h>

const char *relocation_name(unsigned int machine, unsigned int type, char spare[32])
{
	const struct link_arch *arch = link_arch_of(machine);

	if (type < arch->relocation_name_count && arch->relocation_names[type])
		snprintf(spare, 32, "%s%s", arch->relocation_prefix, arch->relocation_names[type]);
	else
		snprintf(spare, 32, "relocation type %u", type);
	return spare;
}
