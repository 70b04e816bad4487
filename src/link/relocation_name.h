/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* "R_X86_64_PC32"; for messages. Returns spare. */
const char *relocation_name(unsigned int machine, unsigned int type, char spare[32]);
