// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * writer PATH: copies its input to PATH, to where its caller says, as dd and the like do. Here that is where a function
 * of its own is. The attacker's code in that place says that it runs; the program's own does not.
 */
#include "kernel-mode.h"

#include <stdint.h>
#include <stdlib.h>

__attribute__((noipa)) static int own_code(void)
{
	return 1;
}

/* What the attacker's input would be: code that returns 2 */
#ifdef __x86_64__
/* mov $2, %eax; ret */
static const unsigned char input[] = { 0xb8, 0x02, 0x00, 0x00, 0x00, 0xc3 };
#elif defined(__thumb__)
/* movs r0, #2; bx lr */
static const unsigned char input[] = { 0x02, 0x20, 0x70, 0x47 };
#else
/* mov r0, #2; bx lr */
static const unsigned char input[] = { 0x02, 0x00, 0xa0, 0xe3, 0x1e, 0xff, 0x2f, 0xe1 };
#endif

int main(int argc, char **argv)
{
	int file = argc == 2 ? open(argv[1], O_WRONLY | O_CLOEXEC) : -1;

	if (file < 0 || pwrite(file, input, sizeof(input), (off_t)((uintptr_t)own_code & -(uintptr_t)2)) != sizeof(input))
		return EXIT_FAILURE;
	return own_code() == 2 ? attack_status() : EXIT_SUCCESS;
}
