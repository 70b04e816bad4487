/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Instructions with a relocation for the global offset table. Linkers change
 * them when they know the address, so all those forms are known here.
 */
#include <stdbool.h>

/*
 * field: the 32-bit field of the relocation; three bytes before it and four
 * from it on are there. data: the instruction is to load what it gets the
 * distance to; else it is to use the distance itself, to call, to jump, or to
 * take the address. rex: the relocation says that there is a REX prefix.
 * Returns how far from the old field the new one is, 0 or -1, or 1 when there
 * is no such form; then nothing has changed.
 */
int got_code_change(unsigned char *field, bool rex, bool data);

/* Whether it takes an address, by LEA. */
bool got_code_takes_address(const unsigned char *field);

/* Whether the instruction, of no form that can be changed, reads its operand from the table as it did at first. */
bool got_code_reads_table(const unsigned char *field);
