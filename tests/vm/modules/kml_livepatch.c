// SPDX-License-Identifier: GPL-2.0-only
/* Replaces a function of the kernel and one of kml_sample, so that a caller can tell. */
#include <linux/delay.h>
#include <linux/livepatch.h>
#include <linux/module.h>

static int patched_hex_to_bin(unsigned char digit)
{
	return 1000;
}

static long patched_kml_sample_sleep(unsigned int milliseconds)
{
	msleep(milliseconds);
	return 2;
}

static struct klp_func kernel_functions[] = {
	{ .old_name = "hex_to_bin", .new_func = patched_hex_to_bin },
	{ }
};

static struct klp_func sample_functions[] = {
	{ .old_name = "kml_sample_sleep", .new_func = patched_kml_sample_sleep },
	{ }
};

static struct klp_object objects[] = {
	{ .funcs = kernel_functions },
	{ .name = "kml_sample", .funcs = sample_functions },
	{ }
};

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init kml_livepatch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit kml_livepatch_exit(void)
{
}

module_init(kml_livepatch_init);
module_exit(kml_livepatch_exit);
MODULE_DESCRIPTION("A patch for the tests of kernel mode");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
