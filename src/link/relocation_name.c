// SPDX-License-Identifier: GPL-2.0-or-later
#include "relocation_name.h"

#include <stddef.h>
#include <stdio.h>

const char *relocation_name(unsigned int type, char spare[32])
{
	static const char *const names[] = { "NONE", "64", "PC32", "GOT32", "PLT32", "COPY", "GLOB_DAT", "JUMP_SLOT",
		"RELATIVE", "GOTPCREL", "32", "32S", "16", "PC16", "8", "PC8", "DTPMOD64", "DTPOFF64", "TPOFF64",
		"TLSGD", "TLSLD", "DTPOFF32", "GOTTPOFF", "TPOFF32", "PC64", "GOTOFF64", "GOTPC32", "GOT64",
		"GOTPCREL64", "GOTPC64", "GOTPLT64", "PLTOFF64", "SIZE32", "SIZE64", "GOTPC32_TLSDESC", "TLSDESC_CALL",
		"TLSDESC", "IRELATIVE", "RELATIVE64", NULL, NULL, "GOTPCRELX", "REX_GOTPCRELX" };

	if (type < sizeof(names) / sizeof(names[0]) && names[type])
		snprintf(spare, 32, "R_X86_64_%s", names[type]);
	else
		snprintf(spare, 32, "relocation type %u", type);
	return spare;
}
