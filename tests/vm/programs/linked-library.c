// SPDX-License-Identifier: GPL-2.0-or-later
/* For programs that were linked before: a shared library that imports for itself. */
extern volatile unsigned long jiffies;
extern long schedule_timeout_uninterruptible(long);
volatile unsigned long *library_pointer = &jiffies;
long library_ticks(long time)
{
	unsigned long before = jiffies;

	schedule_timeout_uninterruptible(time);
	return *library_pointer - before;
}
