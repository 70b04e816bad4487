/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the kernel half. The core decides and does; what it asks of the
 * kernel around it, in words that any host can answer, is in "host.h".
 */
#ifndef KML_CORE_H
#define KML_CORE_H

#include <linux/types.h>
#include <kml/abi.h>
#include "host.h"

struct dentry;
struct file;
struct kml_program_wishes;
struct linux_binprm;
struct pt_regs;
struct stack_info;
struct task_struct;
struct vm_area_struct;

/*
 * The rules that a program in a trusted directory, its caller, or what it wants
 * to execute later can fail: in the order of the questions, but for owner and
 * writable, which are asked of the file and then of each directory.
 */
enum kml_rule {
	KML_RULE_OWNER,		/* file or directory not owned by root */
	KML_RULE_WRITABLE,	/* file or directory writable by group or others */
	KML_RULE_FORMAT,	/* a script, or not an ELF program of this machine */
	KML_RULE_EXECUTABLE_MEMORY, /* memory that can be written and executed, or that no file stands behind */
	KML_RULE_MOUNT,		/* nosuid, noexec, or a file system of another user namespace */
	KML_RULE_FILE_SYSTEM,	/* one that somebody else serves */
	KML_RULE_LOCKDOWN,	/* the kernel is locked down, against its root too */
	KML_RULE_CHROOT,	/* the caller's root directory is not the system's */
	KML_RULE_NAMESPACE,	/* the caller has a mount or user namespace of its own */
	KML_RULE_SECCOMP,	/* the caller has a seccomp filter */
	KML_RULE_NO_NEW_PRIVS,	/* the caller must not gain privileges */
	KML_RULE_TRACED,	/* the caller is traced by someone without the capability */
	KML_RULE_DUMPABLE,	/* fs.suid_dumpable=1 would let the caller trace the program */
	KML_RULE_LIBRARY,	/* of a running process: code in a file that others than root could change */
	KML_RULES
};

/* policy.c: may this program start in kernel mode? If so, it wishes what is in ret_wishes. */
bool kml_policy_allows(const struct linux_binprm *bprm, struct kml_program_wishes *ret_wishes);
void kml_count_start(void);
u64 kml_starts(void);

/*
 * mapping.c: may the current process have this mapping? 0 or -EACCES. For
 * processes that are not in kernel mode, always. No file's content is read, so
 * the lock of the address space may be held.
 */
int kml_check_mmap(const struct file *file, unsigned long protection);
int kml_check_mprotect(const struct vm_area_struct *vma, unsigned long protection);
/* Whether root allows executable memory to programs that ask for it, or not */
bool kml_executable_memory_allowed(bool asked_for);

/*
 * memory.c: brings in memory of the current process that a function which it has called needs: to read (VM_READ), write or
 * execute. False if the program may not do that there. Ends the process if nothing will ever bring it in. May sleep.
 */
bool kml_bring_in(unsigned long address, unsigned long needed);

/*
 * reach.c: may the tracer look and reach into the task, whatever the kernel
 * thinks of it otherwise? 0 or -EPERM. For tasks that are not in kernel mode,
 * always.
 */
int kml_check_reach(struct task_struct *tracer, const struct task_struct *task);
/* reach.c: may the current process do this by prctl()? The same answers. */
int kml_check_prctl(int option, unsigned long argument);
/* reach.c: may the current process have this open? The same answers. */
int kml_check_open(const struct file *file);

/* refusal.c. The file may be NULL, for memory. */
void kml_refuse(enum kml_rule rule, struct dentry *file);
u64 kml_refusals(enum kml_rule rule);
const char *kml_rule_name(enum kml_rule rule);

/*
 * exec.c: starts kernel mode, unless the host knows what stands against it, and returns what does, or NULL. Later,
 * for the log and sysfs, kml_refused_by_machine() says the same.
 */
const char *kml_init(const char *refusal);
const char *kml_refused_by_machine(void);

/* exec.c: the exec of bprm has come to where nothing but its death can stop it, and no other thread is left */
void kml_exec(struct linux_binprm *bprm);
/* exec.c: the value of an entry of the auxiliary vector of a kernel-mode process, by index below KML_AUXV_ENTRIES */
unsigned long kml_auxv_value(unsigned int index);

/* settings.c and sysfs.c: what root and programs see; 0 or -errno. Both ends can be called after a beginning that failed. */
int kml_settings_init(void);
void kml_settings_exit(void);
int kml_sysfs_init(void);
void kml_sysfs_exit(void);

/* lookup.c: for programs, through the call gate; see abi.h */
unsigned long kml_lookup(const char __user *name);

/* What each architecture provides */

/* Makes the machine ready. NULL, or what stands against kernel mode here, and what to do about it. */
const char *kml_arch_init(void);
/* Undoes it, also when it has come half the way only */
void kml_arch_exit(void);
/* Makes this CPU ready for a kernel-mode process (on) or an ordinary one; interrupts are off */
void kml_arch_switch(bool on);
/* A kernel-mode process has been switched to, and is current; interrupts are off */
void kml_arch_switched_in(void);
/* Whether bprm->buf starts a program that this kernel would run in its native mode */
bool kml_arch_native_program(const struct linux_binprm *bprm);
unsigned long kml_arch_syscall_gate(void);
unsigned long kml_arch_call_gate(void);
unsigned long kml_arch_slide(void);

/* x86: what the hooks of a host lead to */
bool kml_fault_in(struct pt_regs *regs, unsigned long error_code, unsigned long address);
bool kml_in_stack(unsigned long *stack, struct stack_info *info);
void kml_leave_exec(void);

#endif
