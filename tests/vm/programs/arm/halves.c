// SPDX-License-Identifier: GPL-2.0-or-later
/* halves.S: exit status 0, or the number of what was wrong */
extern const char linux_banner[];
extern const char *behind_arm(void), *behind_thumb(void), *before_arm(void), *before_thumb(void);
extern const char *if_zero_arm(int), *if_zero_thumb(int);

int main(void)
{
	register unsigned long preserved __asm__("r9") = 9;

	__asm__ volatile("" : "+r"(preserved));
	if (behind_arm() != linux_banner + 4095 || behind_thumb() != linux_banner + 4095)
		return 1;
	if (before_arm() + 1234 != linux_banner || before_thumb() + 1234 != linux_banner)
		return 2;
	if (if_zero_arm(0) != linux_banner || if_zero_thumb(0) != linux_banner)
		return 3;
	if (if_zero_arm(1) || if_zero_thumb(1))
		return 4;
	__asm__ volatile("" : "+r"(preserved));
	return preserved == 9 ? 0 : 5;
}
