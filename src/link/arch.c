// SPDX-License-Identifier: GPL-2.0-or-later
#include "arch.h"

#include <elf.h>

const struct link_arch *link_arch_of(unsigned int machine)
{
	return machine == EM_ARM ? &link_arch_arm : &link_arch_x86;
}
