// SPDX-License-Identifier: GPL-2.0-only
/* Replaces a function of the kernel and one of kml_sample, so that a caller can tell. */
#include <linux/livepatch.h>
#include <linux/module.h>

static unsigned int patched_jiffies_to_msecs(const unsigned long ticks)
{
	return 1000;
}

static long patched_kml_sample_wait(void)
{
	return 2;
}

static struct klp_func kernel_functions[] = {
	{ .old_name = "jiffies_to_msecs", .new_func = patched_jiffies_to_msecs },
	{ }
};

static struct klp_func sample_functions[] = {
	{ .old_name = "kml_sample_wait", .new_func = patched_kml_sample_wait },
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
