// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which tasks are in kernel mode, and what a CPU does when it comes to one and leaves it: a preempt notifier of each such
 * task tells. How they return to user space: the kernel takes them to ring 3, and the first instruction there faults, as
 * it lies in supervisor memory; then they are raised (KML_HOST_RAISE). That it does lie there, is seen to in time by a
 * user return notifier of each CPU that runs such a task.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscore_ops.h>
#include <linux/user-return-notifier.h>
#include <asm/tlbflush.h>
#include "kml.h"
#include "x86/gates.h"

/* For assembly: the top of the kernel stack of the kernel-mode task that runs on this CPU, and a word for entry code */
DEFINE_PER_CPU(unsigned long, kml_top_of_stack);
DEFINE_PER_CPU(unsigned long, kml_scratch);

/* Half of the top-level page table is the kernel's; with page-table isolation, the user's follows behind it */
#define KML_KERNEL_HALF		(PTRS_PER_PGD / 2)

/*
 * The second IDT, its stacks and stubs must be there in ring 3, too, for the one fault that raises. The last entry, with
 * the code of the kernel and of modules, is never the same in a table that was not shown it yet.
 */
static void kml_show_kernel_to_user_table(u64 *table)
{
	u64 *kernel = table + KML_KERNEL_HALF;
	u64 *user = kernel + PTRS_PER_PGD;

	if (user[KML_KERNEL_HALF - 1] != kernel[KML_KERNEL_HALF - 1])
		memcpy(user, kernel, KML_KERNEL_HALF * sizeof(*user));
}

/* Interrupts are off. What it has faulted in since, has made new entries of the table that say user memory. */
static void kml_before_return(struct user_return_notifier *notifier)
{
	struct pt_regs *regs = current_pt_regs();
	unsigned long address = regs->ip;
	u64 *entry;

	if (!kml_current())
		return;
	/* What a tracer or a signal frame says of its segments is of no use to ring 3: it is there for one fault */
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	if (cpu_feature_enabled(X86_FEATURE_PTI))
		kml_show_kernel_to_user_table((u64 *)current->mm->pgd);
	if (address >= TASK_SIZE_MAX)
		return;
	entry = (u64 *)current->mm->pgd + (address >> PGDIR_SHIFT) % PTRS_PER_PGD;
	if (cpu_feature_enabled(X86_FEATURE_PTI) && READ_ONCE(entry[PTRS_PER_PGD]) & _PAGE_USER)
		kml_make_supervisor(entry + PTRS_PER_PGD);
	if (READ_ONCE(*entry) & _PAGE_USER) {
		kml_make_supervisor(entry);
		/* This CPU may remember it, as the kernel has used it */
		native_write_cr3(__native_read_cr3());
	}
}

static DEFINE_PER_CPU(struct user_return_notifier, kml_return_notifier);

/* Interrupts are off, and the task is current */
static void kml_begin_running(void)
{
	/* Whoever has changed the SYSCALL entry for a virtual machine puts it right now, and not while we use it */
	if (test_thread_flag(TIF_USER_RETURN_NOTIFY))
		fire_user_return_notifiers();
	this_cpu_write(kml_top_of_stack, (unsigned long)(task_pt_regs(current) + 1));
	user_return_notifier_register(this_cpu_ptr(&kml_return_notifier));
	kml_arch_switch(true);
	kml_arch_switched_in();
}

static void kml_end_running(void)
{
	kml_arch_switch(false);
	user_return_notifier_unregister(this_cpu_ptr(&kml_return_notifier));
}

static void kml_sched_in(struct preempt_notifier *notifier, int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	if (kml_current())
		kml_begin_running();
	local_irq_restore(flags);
}

static void kml_sched_out(struct preempt_notifier *notifier, struct task_struct *next)
{
	unsigned long flags;

	local_irq_save(flags);
	if (kml_current())
		kml_end_running();
	local_irq_restore(flags);
}

static struct preempt_ops kml_preempt_ops = { .sched_in = kml_sched_in, .sched_out = kml_sched_out };

static struct preempt_notifier *kml_notifier_of(struct task_struct *task)
{
	struct preempt_notifier *notifier;

	hlist_for_each_entry(notifier, &task->preempt_notifiers, link)
		if (notifier->ops == &kml_preempt_ops)
			return notifier;
	return NULL;
}

/* Each keeps the module in the kernel */
static struct preempt_notifier *kml_new_notifier(void)
{
	struct preempt_notifier *notifier = kmalloc(sizeof(*notifier), GFP_KERNEL);

	if (!notifier)
		return NULL;
	if (!try_module_get(THIS_MODULE)) {
		kfree(notifier);
		return NULL;
	}
	preempt_notifier_init(notifier, &kml_preempt_ops);
	return notifier;
}

bool kml_host_prepare_current(void)
{
	struct preempt_notifier *notifier;

	if (kml_notifier_of(current))
		return true;
	notifier = kml_new_notifier();
	if (!notifier)
		return false;
	preempt_disable();
	preempt_notifier_register(notifier);
	preempt_enable();
	return true;
}

void kml_host_mark_current(bool on, bool executable_memory)
{
	struct preempt_notifier *notifier;
	unsigned long flags;

	update_thread_flag(TIF_KML_EXECUTABLE_MEMORY, executable_memory);
	if (on == kml_current())
		return;
	local_irq_save(flags);
	if (on) {
		set_thread_flag(TIF_KML);
		kml_begin_running();
	} else {
		kml_end_running();
		clear_thread_flag(TIF_KML);
	}
	local_irq_restore(flags);
	if (on)
		return;
	notifier = kml_notifier_of(current);
	preempt_disable();
	preempt_notifier_unregister(notifier);
	preempt_enable();
	kfree(notifier);
	module_put(THIS_MODULE);
}

/* The flags are there already. Who gets no notifier would run without its IDT. */
void kml_host_mark_child(struct task_struct *child)
{
	struct preempt_notifier *notifier = kml_new_notifier();

	if (notifier) {
		hlist_add_head(&notifier->link, &child->preempt_notifiers);
		return;
	}
	clear_tsk_thread_flag(child, TIF_KML);
	send_sig(SIGKILL, child, 1);
}

static void (*kml_on_resume)(void);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
static void kml_host_resume(void *unused)
{
	kml_on_resume();
}
static const struct syscore_ops kml_syscore_ops = { .resume = kml_host_resume };
static struct syscore kml_syscore = { .ops = &kml_syscore_ops };
#define register_syscore_ops(syscore)	register_syscore(syscore)
#define unregister_syscore_ops(syscore)	unregister_syscore(syscore)
#else
static void kml_host_resume(void)
{
	kml_on_resume();
}
static struct syscore_ops kml_syscore = { .resume = kml_host_resume };
#endif

void kml_host_watch_resume(void (*function)(void))
{
	kml_on_resume = function;
	register_syscore_ops(&kml_syscore);
}

void kml_host_unwatch_resume(void)
{
	if (kml_on_resume)
		unregister_syscore_ops(&kml_syscore);
	kml_on_resume = NULL;
}

int __init kml_host_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(kml_return_notifier, cpu).on_user_return = kml_before_return;
	kml_system_calls[__NR_execve] = kml_exec_system_call;
	kml_system_calls[__NR_execveat] = kml_exec_system_call;
	preempt_notifier_inc();
	return 0;
}

void kml_host_exit(void)
{
	preempt_notifier_dec();
}
