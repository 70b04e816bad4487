// SPDX-License-Identifier: GPL-2.0-or-later
#include "frames.h"

#include <dwarf.h>
#include <stddef.h>

/* Registers by their numbers in DWARF. */
enum { DWARF_RSP = 7, DWARF_RETURN_ADDRESS = 16 };

struct common_information {
	uint32_t length, id;
	uint8_t version;
	char augmentation[1];
	uint8_t code_factor, data_factor; /* LEB128; the second is signed */
	uint8_t return_register;
	uint8_t instructions[7];
} __attribute__((packed));

struct description {
	uint32_t length, common;
	uint64_t address, size;
} __attribute__((packed));

void frames_add(struct buffer *section, uint64_t base, uint64_t address, uint64_t size)
{
	/* The caller's stack pointer is 8 bytes above, and below that is the address of return. */
	static const struct common_information common = {
		.length = sizeof(common) - sizeof(common.length),
		.id = DW_CIE_ID_32,
		.version = 1,
		.code_factor = 1,
		.data_factor = 0x78, /* -8 */
		.return_register = DWARF_RETURN_ADDRESS,
		.instructions = { DW_CFA_def_cfa, DWARF_RSP, 8, DW_CFA_offset | DWARF_RETURN_ADDRESS, 1, DW_CFA_nop, DW_CFA_nop },
	};
	const struct description description = { .length = sizeof(description) - sizeof(description.length),
		.common = base, .address = address, .size = size };

	buffer_add(section, &common, sizeof(common));
	buffer_add(section, &description, sizeof(description));
}
