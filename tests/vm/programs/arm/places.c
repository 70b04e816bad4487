// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses of the kernel's in all places that a compiler knows: exit status 0, or the number of what was wrong. */
#include <string.h>

extern const char linux_banner[];
extern volatile unsigned long jiffies;
extern unsigned long int_sqrt(unsigned long x);
extern void msleep(unsigned int milliseconds);

static const char *in_data = linux_banner + 6;
static unsigned long (*function_in_data)(unsigned long) = int_sqrt;

/* Conditional instructions, in which the address may be made */
__attribute__((noinline)) static const char *choose(int second, const char *first)
{
	return second ? linux_banner + 6 : first;
}

/* Several addresses at a time, in different registers */
__attribute__((noinline)) static unsigned long mix(unsigned long one, const char *two)
{
	return one + jiffies + (unsigned long)(two - linux_banner) + (unsigned char)linux_banner[3] - jiffies;
}

__attribute__((noinline)) static unsigned long far_away(const char *end)
{
	return (unsigned long)(end - (linux_banner + 4000));
}

int main(int argc, char **argv)
{
	unsigned long before = jiffies, (*volatile in_code)(unsigned long) = int_sqrt;
	unsigned long mixed;
	double sum = argc;

	(void)argv;
	if (linux_banner[0] != 'L' || linux_banner[6] != 'v' || linux_banner[12] != 'n')
		return 1;
	if (*in_data != 'v' || choose(argc, in_data) != in_data || choose(argc - 1, "x")[0] != 'x')
		return 2;
	mixed = mix(1000, in_data);
	if (mixed < 1006 + 'u' - 5 || mixed > 1006 + 'u')
		return 3;
	if (far_away(linux_banner + 4096) != 96)
		return 4;
	if (function_in_data(144) != 12 || in_code(49) != 7)
		return 5;
	msleep(20);
	if (jiffies - before < 5)
		return 6;
	return sum + 0.25 == argc + 0.25 && strncmp(linux_banner, "Linux version ", 14) == 0 ? 0 : 7;
}
