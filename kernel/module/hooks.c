// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hooks of the series, by the means of live patching: some functions of the kernel are redirected to ones of this
 * file, which do what there is to do, and call what they stand for.
 */
#include <linux/atomic.h>
#include <linux/binfmts.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kvm.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <asm/cpufeature.h>
#include "kml.h"

/*
 * How many tasks are in functions of this file that may sleep, and hold no reference to the module: it has to stay
 * meanwhile. Tasks in kernel mode hold one; and one that ends there, by a fault or a signal, would be counted for ever.
 */
static atomic_t kml_inside = ATOMIC_INIT(0);

/* exec has come to its point of no return, and only one thread is left. The interpreter has its turn, too, and is not asked. */
static void kml_would_dump(struct linux_binprm *bprm, struct file *file)
{
	atomic_inc(&kml_inside);
	if (file == bprm->file && bprm->point_of_no_return)
		kml_exec(bprm);
	would_dump(bprm, file);
	atomic_dec(&kml_inside);
}

/* The stack of the program is made */
static void kml_finalize_exec(struct linux_binprm *bprm)
{
	kml_tell_gates(bprm);
	finalize_exec(bprm);
}

/* As security_mmap_file() does it: what is asked for may not be what the mapping gets */
static unsigned long kml_protection_of_mapping(struct file *file, unsigned long protection)
{
	if ((protection & (PROT_READ | PROT_EXEC)) != PROT_READ || !(current->personality & READ_IMPLIES_EXEC))
		return protection;
	if (file && path_noexec(&file->f_path))
		return protection;
	return protection | PROT_EXEC;
}

static int kml_mmap_file(struct file *file, unsigned long protection, unsigned long flags)
{
	return security_mmap_file(file, protection, flags) ?:
	       kml_check_mmap(file, kml_protection_of_mapping(file, protection));
}

static int kml_file_mprotect(struct vm_area_struct *vma, unsigned long requested, unsigned long protection)
{
	return security_file_mprotect(vma, requested, protection) ?: kml_check_mprotect(vma, protection);
}

/* When a virtual machine of Intel's is left, the CPU has the IDT that ordinary processes have */
static bool kml_would_lose_idt(unsigned int command)
{
	return boot_cpu_has(X86_FEATURE_VMX) && (command == KVM_RUN || command == KVM_CREATE_VCPU);
}

static int kml_file_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return kml_would_lose_idt(command) ? -EPERM : security_file_ioctl(file, command, argument);
}

static int kml_ptrace_access_check(struct task_struct *task, unsigned int mode)
{
	int error;

	atomic_inc(&kml_inside);
	error = security_ptrace_access_check(task, mode) ?: kml_check_reach(current, task);
	atomic_dec(&kml_inside);
	return error;
}

static int kml_ptrace_traceme(struct task_struct *parent)
{
	return security_ptrace_traceme(parent) ?: kml_check_reach(parent, current);
}

static int kml_task_prctl(int option, unsigned long argument, unsigned long third, unsigned long fourth,
			  unsigned long fifth)
{
	if (option == PR_GET_AUXV && !fourth && !fifth)
		return kml_get_auxv((void __user *)argument, third);
	return kml_check_prctl(option, argument) ?: security_task_prctl(option, argument, third, fourth, fifth);
}

static int kml_file_open(struct file *file)
{
	return kml_check_open(file) ?: security_file_open(file);
}

static void kml_page_fault_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	if (!kml_fault_in(regs, error_code, address))
		page_fault_oops(regs, error_code, address);
}

static void kml_wake_up_new_task(struct task_struct *child)
{
	kml_host_mark_child(child);
	wake_up_new_task(child);
}

/* From here on it is never in its program again */
static void kml_exit_mm_release(struct task_struct *task, struct mm_struct *mm)
{
	atomic_inc(&kml_inside);
	kml_host_mark_current(false, false);
	exit_mm_release(task, mm);
	atomic_dec(&kml_inside);
}

/* place: where the kernel calls the tracer, at the begin of the function */
struct kml_hook {
	const char *name;
	void *replacement;
	unsigned long place;
};

/* They come and go together: each that does so alone makes unloading wait for all tasks once more */
struct kml_hooks {
	struct kml_hook *hooks;
	unsigned int count;
	struct ftrace_ops ops;
	bool registered;
};

static void notrace kml_redirect(unsigned long place, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const struct kml_hooks *group = container_of(ops, struct kml_hooks, ops);
	unsigned int i;

	for (i = 0; i < group->count; i++)
		if (group->hooks[i].place == place)
			ftrace_regs_set_instruction_pointer(fregs, (unsigned long)group->hooks[i].replacement);
}

/* When a function of this file calls the one that it stands for, that is what it wants */
static void notrace kml_redirect_everyone(unsigned long place, unsigned long caller, struct ftrace_ops *ops,
					  struct ftrace_regs *fregs)
{
	if (!within_module(caller, THIS_MODULE))
		kml_redirect(place, ops, fregs);
}

static void notrace kml_redirect_kernel_mode(unsigned long place, unsigned long caller, struct ftrace_ops *ops,
					     struct ftrace_regs *fregs)
{
	if (kml_current() && !within_module(caller, THIS_MODULE))
		kml_redirect(place, ops, fregs);
}

static struct kml_hook kml_hooks_of_kernel_mode[] = {
	{ "security_mmap_file", kml_mmap_file },
	{ "security_file_mprotect", kml_file_mprotect },
	{ "security_file_ioctl", kml_file_ioctl },
	{ "security_file_open", kml_file_open },
	{ "security_ptrace_traceme", kml_ptrace_traceme },
	{ "security_task_prctl", kml_task_prctl },
	{ "page_fault_oops", kml_page_fault_oops },
	{ "wake_up_new_task", kml_wake_up_new_task },
	{ "exit_mm_release", kml_exit_mm_release },
	{ "finalize_exec", kml_finalize_exec },
};

static struct kml_hook kml_hooks_of_everyone[] = {
	{ "security_ptrace_access_check", kml_ptrace_access_check },
	{ "would_dump", kml_would_dump },
};

#define KML_HOOKS(list, function) {		\
	.hooks = list,				\
	.count = ARRAY_SIZE(list),		\
	.ops = {				\
		.func = function,		\
		.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT, \
	},					\
}

/* Programs are started in kernel mode by one of the last: it is the last to come, and the first to go */
static struct kml_hooks kml_all_hooks[] = {
	KML_HOOKS(kml_hooks_of_kernel_mode, kml_redirect_kernel_mode),
	KML_HOOKS(kml_hooks_of_everyone, kml_redirect_everyone),
};

/* NULL, or the name of what the kernel does not have, or does not let go */
static const char *__init kml_place_hooks(struct kml_hooks *group)
{
	unsigned int i;

	for (i = 0; i < group->count; i++) {
		struct kml_hook *hook = &group->hooks[i];
		unsigned long address = kallsyms_lookup_name(hook->name);

		hook->place = address ? ftrace_location(address) : 0;
		if (!hook->place || ftrace_set_filter_ip(&group->ops, hook->place, 0, 0))
			return hook->name;
	}
	if (register_ftrace_function(&group->ops))
		return "one of the functions";
	group->registered = true;
	return NULL;
}

const char *__init kml_hooks_init(void)
{
	const char *missing = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kml_all_hooks) && !missing; i++)
		missing = kml_place_hooks(&kml_all_hooks[i]);
	return missing;
}

void kml_hooks_exit(void)
{
	unsigned int i = ARRAY_SIZE(kml_all_hooks);

	while (i--) {
		if (kml_all_hooks[i].registered)
			unregister_ftrace_function(&kml_all_hooks[i].ops);
		ftrace_free_filter(&kml_all_hooks[i].ops);
	}
	/* Whoever was on the way in has counted itself by then; and whoever counts no more, has left after the second */
	synchronize_rcu_tasks();
	while (atomic_read(&kml_inside))
		msleep(1);
	synchronize_rcu_tasks();
}
