// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading. What stands against kernel mode is told in one line, and the module does not stay. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include "kml.h"
#include "tested.h"
#include "version.h"

#ifdef CONFIG_KERNEL_MODE_LINUX
#error "kml: this kernel has kernel mode already"
#endif
#if !defined(CONFIG_PREEMPT_NOTIFIERS) || !defined(CONFIG_USER_RETURN_NOTIFIER)
#error "kml: this kernel has no preempt or user return notifiers: it is configured without KVM"
#endif
#if !defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) || !defined(CONFIG_KPROBES) || !defined(CONFIG_KALLSYMS_ALL)
#error "kml: this kernel is configured without function tracing, probes, or the names of all symbols"
#endif

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "load on a version of the kernel that was not tested");

static bool __init kml_is_tested(const char *release)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kml_tested); i++)
		if (!strcmp(release, kml_tested[i]))
			return true;
	return false;
}

static const char *__init kml_unsuitable_kernel(void)
{
	/* A name of the series that this module has not */
	if (kallsyms_lookup_name("kml_in_use"))
		return "this kernel has kernel mode already";
	if (security_locked_down(LOCKDOWN_MODULE_SIGNATURE))
		return "the kernel is locked down; boot with lockdown=none, or without Secure Boot";
	if (!force && !kml_is_tested(init_uts_ns.name.release))
		return "not tested with this version of the kernel; load with force=1 to try it";
	return NULL;
}

static void kml_end(void)
{
	kml_hooks_exit();
	kml_host_exit();
	kml_sysfs_exit();
	kml_settings_exit();
	kml_arch_exit();
}

static int __init kml_begin(void)
{
	const char *missing = kml_symbols_init();
	int error;

	if (missing) {
		pr_err("kml: not loaded: this kernel has no %s\n", missing);
		return -ENOENT;
	}
	if (kml_init(kml_unsuitable_kernel())) {
		kml_arch_exit();
		return -ENODEV;
	}
	error = kml_settings_init();
	if (error) {
		kml_arch_exit();
		return error;
	}
	error = kml_sysfs_init();
	if (!error)
		error = kml_host_init();
	if (!error) {
		missing = kml_hooks_init();
		if (!missing)
			return 0;
		pr_err("kml: not loaded: %s cannot be redirected; is it patched live, or kernel.ftrace_enabled 0?\n",
		       missing);
		error = -EBUSY;
	}
	kml_end();
	return error;
}

module_init(kml_begin);
module_exit(kml_end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Kernel mode for trusted programs");
MODULE_VERSION(KML_VERSION);
