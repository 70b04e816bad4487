// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include <linux/mm_types.h>
#include <linux/string.h>
#include <linux/syscore_ops.h>
#include <uapi/linux/lsm.h>
#include "kml.h"

DEFINE_STATIC_KEY_FALSE(kml_in_use);

static bool kml_switched_off __initdata;

static int __init kml_parameter(char *value)
{
	if (!value || strcmp(value, "off"))
		return -EINVAL;
	kml_switched_off = true;
	return 0;
}
early_param("kml", kml_parameter);

static int __init kml_host_init(void)
{
	kml_init(kml_switched_off ? "switched off by kml=off" : NULL);
	return 0;
}
arch_initcall(kml_host_init);
late_initcall(kml_settings_init);
late_initcall(kml_sysfs_init);

static void (*kml_on_resume)(void) __ro_after_init;

static void kml_host_resume(void *unused)
{
	kml_on_resume();
}

static const struct syscore_ops kml_syscore_ops = { .resume = kml_host_resume };
static struct syscore kml_syscore = { .ops = &kml_syscore_ops };

void kml_host_watch_resume(void (*function)(void))
{
	kml_on_resume = function;
	register_syscore(&kml_syscore);
}

void kml_host_unwatch_resume(void)
{
	unregister_syscore(&kml_syscore);
}

/*
 * How this host asks the core about executable mappings, tracers and files: as
 * a security module. Last, which no lsm= on the command line leaves out.
 */

/* protection is what the mapping gets, requested what was asked for */
static int kml_mmap_file(struct file *file, unsigned long requested, unsigned long protection, unsigned long flags)
{
	return kml_check_mmap(file, protection);
}

static int kml_file_mprotect(struct vm_area_struct *vma, unsigned long requested, unsigned long protection)
{
	return kml_check_mprotect(vma, protection);
}

static int kml_ptrace_access_check(struct task_struct *task, unsigned int mode)
{
	return kml_check_reach(current, task);
}

static int kml_ptrace_traceme(struct task_struct *parent)
{
	return kml_check_reach(parent, current);
}

static int kml_task_prctl(int option, unsigned long argument, unsigned long unused3, unsigned long unused4,
			  unsigned long unused5)
{
	/* Whoever has nothing to say of it says that it is not implemented */
	return kml_check_prctl(option, argument) ?: -ENOSYS;
}

static int kml_file_open(struct file *file)
{
	return kml_check_open(file);
}

static struct security_hook_list kml_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(mmap_file, kml_mmap_file),
	LSM_HOOK_INIT(file_mprotect, kml_file_mprotect),
	LSM_HOOK_INIT(ptrace_access_check, kml_ptrace_access_check),
	LSM_HOOK_INIT(ptrace_traceme, kml_ptrace_traceme),
	LSM_HOOK_INIT(task_prctl, kml_task_prctl),
	LSM_HOOK_INIT(file_open, kml_file_open),
};

/* It has no attributes that lsm_get_self_attr() could ask for by a number */
static const struct lsm_id kml_lsmid = { .name = "kml", .id = LSM_ID_UNDEF };

static int __init kml_security_init(void)
{
	security_add_hooks(kml_hooks, ARRAY_SIZE(kml_hooks), &kml_lsmid);
	return 0;
}

DEFINE_LSM(kml) = {
	.name = "kml",
	.order = LSM_ORDER_LAST,
	.init = kml_security_init,
};
