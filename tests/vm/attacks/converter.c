// SPDX-License-Identifier: GPL-2.0-or-later
/* Uses a character set, by a module that the C library looks for where GCONV_PATH says. */
#include <iconv.h>

int main(void)
{
	iconv_open("UTF-8", "FOREIGN");
	return 0;
}
