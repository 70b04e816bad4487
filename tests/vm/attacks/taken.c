// SPDX-License-Identifier: GPL-2.0-or-later
/* A program of an attacker's choice: says by its exit status whether it got into kernel mode. */
#include "kernel-mode.h"

int main(void)
{
	return attack_status();
}
