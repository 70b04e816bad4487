// SPDX-License-Identifier: GPL-2.0-or-later
#include "architecture.h"

#include <string.h>

static const struct vm_architecture *const architectures[] = { &vm_architecture_x86, &vm_architecture_arm };

const struct vm_architecture *vm_architecture_of(unsigned int machine)
{
	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
		if (machine == architectures[i]->machine || (machine && machine == architectures[i]->other_machine))
			return architectures[i];
	return NULL;
}

const struct vm_board *vm_architecture_board(const struct vm_architecture *architecture, const char *name)
{
	const struct vm_board *board = architecture->boards;

	if (!name)
		return board;
	while (board->name && strcmp(board->name, name) != 0)
		board++;
	return board->name ? board : NULL;
}

bool vm_architecture_is_native(const struct vm_architecture *architecture)
{
#ifdef __x86_64__
	return architecture == &vm_architecture_x86;
#elif defined(__arm__)
	return architecture == &vm_architecture_arm;
#else
	(void)architecture;
	return false;
#endif
}
