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
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <asm/cpufeature.h>
#include "kml.h"

/* How many tasks are in functions of this file: they may sleep there, and the module has to stay meanwhile */
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
	atomic_inc(&kml_inside);
	kml_tell_gates(bprm);
	finalize_exec(bprm);
	atomic_dec(&kml_inside);
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
	int error;

	atomic_inc(&kml_inside);
	error = security_mmap_file(file, protection, flags);
	if (!error)
		error = kml_check_mmap(file, kml_protection_of_mapping(file, protection));
	atomic_dec(&kml_inside);
	return error;
}

static int kml_file_mprotect(struct vm_area_struct *vma, unsigned long requested, unsigned long protection)
{
	int error;

	atomic_inc(&kml_inside);
	error = security_file_mprotect(vma, requested, protection);
	if (!error)
		error = kml_check_mprotect(vma, protection);
	atomic_dec(&kml_inside);
	return error;
}

/* When a virtual machine of Intel's is left, the CPU has the IDT that ordinary processes have */
static bool kml_would_lose_idt(unsigned int command)
{
	return boot_cpu_has(X86_FEATURE_VMX) && (command == KVM_RUN || command == KVM_CREATE_VCPU);
}

static int kml_file_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	int error;

	atomic_inc(&kml_inside);
	error = kml_would_lose_idt(command) ? -EPERM : security_file_ioctl(file, command, argument);
	atomic_dec(&kml_inside);
	return error;
}

static int kml_ptrace_access_check(struct task_struct *task, unsigned int mode)
{
	int error;

	atomic_inc(&kml_inside);
	error = security_ptrace_access_check(task, mode);
	if (!error)
		error = kml_check_reach(current, task);
	atomic_dec(&kml_inside);
	return error;
}

static int kml_ptrace_traceme(struct task_struct *parent)
{
	int error;

	atomic_inc(&kml_inside);
	error = security_ptrace_traceme(parent);
	if (!error)
		error = kml_check_reach(parent, current);
	atomic_dec(&kml_inside);
	return error;
}

static int kml_task_prctl(int option, unsigned long argument, unsigned long third, unsigned long fourth,
			  unsigned long fifth)
{
	int error;

	atomic_inc(&kml_inside);
	error = kml_check_prctl(option, argument);
	if (!error)
		error = security_task_prctl(option, argument, third, fourth, fifth);
	atomic_dec(&kml_inside);
	return error;
}

static int kml_file_open(struct file *file)
{
	int error;

	atomic_inc(&kml_inside);
	error = kml_check_open(file);
	if (!error)
		error = security_file_open(file);
	atomic_dec(&kml_inside);
	return error;
}

static void kml_page_fault_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	atomic_inc(&kml_inside);
	if (!kml_fault_in(regs, error_code, address))
		page_fault_oops(regs, error_code, address);
	atomic_dec(&kml_inside);
}

static void kml_wake_up_new_task(struct task_struct *child)
{
	atomic_inc(&kml_inside);
	kml_host_mark_child(child);
	wake_up_new_task(child);
	atomic_dec(&kml_inside);
}

/* From here on it is never in its program again */
static void kml_exit_mm_release(struct task_struct *task, struct mm_struct *mm)
{
	atomic_inc(&kml_inside);
	kml_host_mark_current(false, false);
	exit_mm_release(task, mm);
	atomic_dec(&kml_inside);
}

struct kml_hook {
	const char *name;
	void *replacement;
	bool of_everyone;	/* not only in kernel-mode processes */
	unsigned long place;
	struct ftrace_ops ops;
};

/* When a function of this file calls the one that it stands for, that is what it wants */
static void notrace kml_redirect(unsigned long place, unsigned long caller, struct ftrace_ops *ops,
				 struct ftrace_regs *fregs)
{
	struct kml_hook *hook = container_of(ops, struct kml_hook, ops);

	if ((hook->of_everyone || kml_current()) && !within_module(caller, THIS_MODULE))
		ftrace_regs_set_instruction_pointer(fregs, (unsigned long)hook->replacement);
}

#define KML_HOOK(function, with, everyone) {	\
	.name = #function,			\
	.replacement = with,			\
	.of_everyone = everyone,		\
	.ops = {				\
		.func = kml_redirect,		\
		.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT, \
	},					\
}

/* The one that starts programs in kernel mode is the last to come, and the first to go */
static struct kml_hook kml_hooks[] = {
	KML_HOOK(security_mmap_file, kml_mmap_file, false),
	KML_HOOK(security_file_mprotect, kml_file_mprotect, false),
	KML_HOOK(security_file_ioctl, kml_file_ioctl, false),
	KML_HOOK(security_file_open, kml_file_open, false),
	KML_HOOK(security_ptrace_access_check, kml_ptrace_access_check, true),
	KML_HOOK(security_ptrace_traceme, kml_ptrace_traceme, false),
	KML_HOOK(security_task_prctl, kml_task_prctl, false),
	KML_HOOK(page_fault_oops, kml_page_fault_oops, false),
	KML_HOOK(wake_up_new_task, kml_wake_up_new_task, false),
	KML_HOOK(exit_mm_release, kml_exit_mm_release, false),
	KML_HOOK(finalize_exec, kml_finalize_exec, false),
	KML_HOOK(would_dump, kml_would_dump, true),
};
static unsigned int kml_hooks_placed;

const char *__init kml_hooks_init(void)
{
	for (; kml_hooks_placed < ARRAY_SIZE(kml_hooks); kml_hooks_placed++) {
		struct kml_hook *hook = &kml_hooks[kml_hooks_placed];
		unsigned long address = kallsyms_lookup_name(hook->name);

		hook->place = address ? ftrace_location(address) : 0;
		if (!hook->place || ftrace_set_filter_ip(&hook->ops, hook->place, 0, 0))
			return hook->name;
		if (register_ftrace_function(&hook->ops)) {
			ftrace_set_filter_ip(&hook->ops, hook->place, 1, 0);
			return hook->name;
		}
	}
	return NULL;
}

void kml_hooks_exit(void)
{
	while (kml_hooks_placed) {
		struct kml_hook *hook = &kml_hooks[--kml_hooks_placed];

		unregister_ftrace_function(&hook->ops);
		ftrace_set_filter_ip(&hook->ops, hook->place, 1, 0);
	}
	/* Whoever was on the way in has counted itself by then; and whoever counts no more, has left after the second */
	synchronize_rcu_tasks();
	while (atomic_read(&kml_inside))
		msleep(1);
	synchronize_rcu_tasks();
}
