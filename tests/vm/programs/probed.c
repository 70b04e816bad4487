// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls a kernel function and makes a system call ten times each, for kprobes to see. */
extern unsigned long int_sqrt(unsigned long x);
extern long sys_getppid(void);

int main(void)
{
	unsigned long sum = 0;

	for (unsigned long i = 0; i < 10; i++) {
		sum += int_sqrt(i * i * 10000);
		if (sys_getppid() <= 0)
			return 99;
	}
	return sum == 4500 ? 0 : 1;
}
