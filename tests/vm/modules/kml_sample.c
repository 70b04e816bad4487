// SPDX-License-Identifier: GPL-2.0-only
/* A module with something to import: functions and data, exported and not. */
#include <linux/delay.h>
#include <linux/module.h>

long kml_sample_value = 42;
EXPORT_SYMBOL_GPL(kml_sample_value);

static long kml_sample_calls;

long kml_sample_add(long a, long b);
noinline long kml_sample_add(long a, long b)
{
	kml_sample_calls++;
	return a + b;
}
EXPORT_SYMBOL_GPL(kml_sample_add);

bool kml_sample_go;

/* Not exported. The livepatch replaces it. */
long kml_sample_wait(void);
noinline long kml_sample_wait(void)
{
	while (!READ_ONCE(kml_sample_go))
		msleep(20);
	return 1;
}

MODULE_DESCRIPTION("Something to import for the tests of kernel mode");
MODULE_LICENSE("GPL");
