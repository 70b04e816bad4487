// SPDX-License-Identifier: GPL-2.0-or-later
#include "print_name.h"

#include <ctype.h>
#include <stdio.h>

void print_name(const char *name, int width)
{
	int length = 0;

	for (; *name; name++, length++)
		putchar(isgraph((unsigned char)*name) ? *name : '?');
	printf("%*s", length < width ? width - length : 0, "");
}
