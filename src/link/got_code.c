// SPDX-License-Identifier: GPL-2.0-or-later
#include "got_code.h"

enum { LOAD = 0x8b, TAKE_ADDRESS = 0x8d, MOVE_IMMEDIATE = 0xc7, CALL = 0xe8, JUMP = 0xe9, NOP = 0x90 };

static int change_move(unsigned char *field, bool rex, bool data)
{
	/* mov x(%rip), register, or lea */
	if ((field[-2] == LOAD || field[-2] == TAKE_ADDRESS) && (field[-1] & 0xc7) == 0x05) {
		field[-2] = data ? LOAD : TAKE_ADDRESS;
		return 0;
	}
	/* mov $x, register: the register is in another place of the instruction */
	if (rex && field[-2] == MOVE_IMMEDIATE && (field[-1] & 0xf8) == 0xc0 && (field[-3] & 0xfa) == 0x48) {
		field[-3] = 0x48 | (field[-3] & 1 ? 4 : 0);
		field[-2] = data ? LOAD : TAKE_ADDRESS;
		field[-1] = 0x05 | (field[-1] & 7) << 3;
		return 0;
	}
	return 1;
}

/* Any other instruction that still reads from the table can read from the slot as well. */
static bool reads_table(const unsigned char *field)
{
	return (field[-1] & 0xc7) == 0x05 && field[-2] != TAKE_ADDRESS && field[-2] != 0xff;
}

static int change_branch(unsigned char *field)
{
	/* call *x(%rip): the call with a prefix has the same length */
	if (field[-2] == 0xff && field[-1] == 0x15) {
		field[-2] = 0x67;
		field[-1] = CALL;
		return 0;
	}
	if ((field[-2] == 0x67 || field[-2] == NOP) && (field[-1] == CALL || field[-1] == JUMP))
		return 0;
	/* jmp *x(%rip) */
	if (field[-2] == 0xff && field[-1] == 0x25) {
		field[-2] = JUMP;
		field[3] = NOP;
		return -1;
	}
	if ((field[-2] == JUMP || field[-2] == CALL) && field[3] == NOP)
		return -1;
	return 1;
}

bool got_code_takes_address(const unsigned char *field)
{
	return field[-2] == TAKE_ADDRESS && (field[-1] & 0xc7) == 0x05;
}

bool got_code_reads_table(const unsigned char *field)
{
	return reads_table(field);
}

int got_code_change(unsigned char *field, bool rex, bool data)
{
	int shift = change_move(field, rex, data);

	if (shift > 0 && data && reads_table(field))
		return 0;
	return shift > 0 && !data && !rex ? change_branch(field) : shift;
}
