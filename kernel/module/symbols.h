/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How what the kernel does not export is reached: it is looked up when the module is loaded, functions become static
 * calls, which are direct ones, and data is behind a pointer. The core uses all of it by its own name.
 */
#ifndef KML_SYMBOLS_H
#define KML_SYMBOLS_H

#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/entry-common.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/memory.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/static_call.h>
#include <linux/user-return-notifier.h>
#include <linux/vmalloc.h>
#include <asm/proto.h>
#include <asm/setup.h>
#include <asm/syscall.h>
#include <asm/text-patching.h>
#include <asm/vdso.h>

/* Of a file of the kernel's alone */
void page_fault_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address);
void exit_mm_release(struct task_struct *task, struct mm_struct *mm);
void wake_up_new_task(struct task_struct *task);
/* A place in the entry code, for assembly */
void kml_stock_exit(void);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define KML_REACHED_BEFORE_6_5(X) X(enter_from_user_mode)
#else
#define KML_REACHED_BEFORE_6_5(X)
#endif

#define KML_REACHED_FUNCTIONS(X)	\
	X(do_syscall_64)		\
	X(exit_mm_release)		\
	X(ftrace_location)		\
	X(has_ns_capability_noaudit)	\
	X(irqentry_exit_to_user_mode)	\
	X(kallsyms_lookup_name)		\
	X(kallsyms_on_each_match_symbol) \
	X(do_group_exit)		\
	X(page_fault_oops)		\
	X(path_noexec)			\
	X(ptracer_capable)		\
	X(fire_user_return_notifiers)	\
	X(security_file_ioctl)		\
	X(security_file_mprotect)	\
	X(security_file_open)		\
	X(security_mmap_file)		\
	X(security_ptrace_access_check)	\
	X(security_ptrace_traceme)	\
	X(security_task_prctl)		\
	X(syscall_exit_to_user_mode)	\
	X(text_poke)			\
	X(user_single_step_report)	\
	X(vunmap_range)			\
	X(wake_up_new_task)		\
	KML_REACHED_BEFORE_6_5(X)

#define KML_REACHED_DATA(X)	\
	X(suid_dumpable)	\
	X(sys_call_table)	\
	X(text_mutex)		\
	X(vdso_image_64)	\
	X(_text)

#define KML_REACH(name)		kml_reach_##name

#define KML_DECLARE_REACHED_FUNCTION(name) DECLARE_STATIC_CALL(kml_reach_##name, name);
KML_REACHED_FUNCTIONS(KML_DECLARE_REACHED_FUNCTION)
DECLARE_STATIC_CALL(kml_reach_stock_exit, kml_stock_exit);

#define KML_DECLARE_REACHED_DATA(name) extern typeof(name) *KML_REACH(name);
KML_REACHED_DATA(KML_DECLARE_REACHED_DATA)

/* For assembly: where the kernel may fault with the GS base of a program, and where its entry code returns to it */
extern unsigned long kml_reach_load_gs_index, kml_reach_iret, kml_reach_return;

/* NULL, or what is missing */
const char *kml_symbols_init(void);

#ifndef KML_REACH_BY_NAME
#define do_syscall_64(...)		static_call(kml_reach_do_syscall_64)(__VA_ARGS__)
#define exit_mm_release(...)		static_call(kml_reach_exit_mm_release)(__VA_ARGS__)
#define ftrace_location(...)		static_call(kml_reach_ftrace_location)(__VA_ARGS__)
#define has_ns_capability_noaudit(...)	static_call(kml_reach_has_ns_capability_noaudit)(__VA_ARGS__)
#define irqentry_exit_to_user_mode(...)	static_call(kml_reach_irqentry_exit_to_user_mode)(__VA_ARGS__)
#define kallsyms_lookup_name(...)	static_call(kml_reach_kallsyms_lookup_name)(__VA_ARGS__)
#define kallsyms_on_each_match_symbol(...) static_call(kml_reach_kallsyms_on_each_match_symbol)(__VA_ARGS__)
#define do_group_exit(...)		static_call(kml_reach_do_group_exit)(__VA_ARGS__)
#define page_fault_oops(...)		static_call(kml_reach_page_fault_oops)(__VA_ARGS__)
#define path_noexec(...)		static_call(kml_reach_path_noexec)(__VA_ARGS__)
#define ptracer_capable(...)		static_call(kml_reach_ptracer_capable)(__VA_ARGS__)
#define fire_user_return_notifiers()	static_call(kml_reach_fire_user_return_notifiers)()
#define security_file_ioctl(...)	static_call(kml_reach_security_file_ioctl)(__VA_ARGS__)
#define security_file_mprotect(...)	static_call(kml_reach_security_file_mprotect)(__VA_ARGS__)
#define security_file_open(...)		static_call(kml_reach_security_file_open)(__VA_ARGS__)
#define security_mmap_file(...)		static_call(kml_reach_security_mmap_file)(__VA_ARGS__)
#define security_ptrace_access_check(...) static_call(kml_reach_security_ptrace_access_check)(__VA_ARGS__)
#define security_ptrace_traceme(...)	static_call(kml_reach_security_ptrace_traceme)(__VA_ARGS__)
#define security_task_prctl(...)	static_call(kml_reach_security_task_prctl)(__VA_ARGS__)
#define syscall_exit_to_user_mode(...)	static_call(kml_reach_syscall_exit_to_user_mode)(__VA_ARGS__)
#define text_poke(...)			static_call(kml_reach_text_poke)(__VA_ARGS__)
#define user_single_step_report(...)	static_call(kml_reach_user_single_step_report)(__VA_ARGS__)
#define vunmap_range(...)		static_call(kml_reach_vunmap_range)(__VA_ARGS__)
#define wake_up_new_task(...)		static_call(kml_reach_wake_up_new_task)(__VA_ARGS__)
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define enter_from_user_mode(...)	static_call(kml_reach_enter_from_user_mode)(__VA_ARGS__)
#endif

#define suid_dumpable			(*KML_REACH(suid_dumpable))
#define sys_call_table			(*KML_REACH(sys_call_table))
#define text_mutex			(*KML_REACH(text_mutex))
#define vdso_image_64			(*KML_REACH(vdso_image_64))
/* What an inline function of the kernel does with the address of _text */
#define kaslr_offset()			((unsigned long)KML_REACH(_text) - __START_KERNEL)
#endif

#endif
