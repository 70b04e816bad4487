/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hooks in the rest of the kernel use. Each is one call or one line
 * of macro, and vanishes without CONFIG_KERNEL_MODE_LINUX.
 */
#ifndef _LINUX_KML_H
#define _LINUX_KML_H

#include <linux/jump_label.h>
#include <linux/thread_info.h>
#include <kml/abi.h>

/* Thread flags, of those that are free on x86: an exec to or from kernel mode is on its way back */
#define TIF_KML_EXEC	28
#define _TIF_KML_EXEC	(IS_ENABLED(CONFIG_KERNEL_MODE_LINUX) << TIF_KML_EXEC)
/* The program has asked for memory that can be written and executed */
#define TIF_KML_EXECUTABLE_MEMORY	30
#define _TIF_KML_EXECUTABLE_MEMORY	(IS_ENABLED(CONFIG_KERNEL_MODE_LINUX) << TIF_KML_EXECUTABLE_MEMORY)

struct linux_binprm;
struct pt_regs;
struct stack_info;

#ifdef CONFIG_KERNEL_MODE_LINUX

/* Off until the first kernel-mode process starts */
DECLARE_STATIC_KEY_FALSE(kml_in_use);

static __always_inline bool kml_current(void)
{
	return READ_ONCE(current_thread_info()->flags) & _TIF_KML;
}

/* Decides whether the program starts in kernel mode, and makes it so; the new mm is in place */
void kml_exec(struct linux_binprm *bprm);

void kml_arch_switch(bool on);
void kml_arch_switched_in(void);
bool kml_fault_in(struct pt_regs *regs, unsigned long error_code, unsigned long address);
bool kml_in_stack(unsigned long *stack, struct stack_info *info);
void kml_leave_exec(void);

/* Of two tasks with these thread flags, the second is current by now */
static inline void kml_switch(unsigned long previous, unsigned long next)
{
	if ((previous ^ next) & _TIF_KML)
		kml_arch_switch(next & _TIF_KML);
	if (next & _TIF_KML)
		kml_arch_switched_in();
}

/* Value of an entry of the auxiliary vector of a kernel-mode process, by index below KML_AUXV_ENTRIES */
unsigned long kml_auxv_value(unsigned int index);

#define KML_NEW_AUX_ENTS do {						\
	unsigned int kml_index;						\
									\
	for (kml_index = 0; kml_current() && kml_index < KML_AUXV_ENTRIES; kml_index++) \
		NEW_AUX_ENT(AT_KML_ABI + kml_index, kml_auxv_value(kml_index)); \
} while (0)

#else

static inline void kml_exec(struct linux_binprm *bprm) { }
#define kml_switch(previous, next) do { } while (0)
static inline bool kml_fault_in(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	return false;
}
static __always_inline bool kml_in_stack(unsigned long *stack, struct stack_info *info)
{
	return false;
}
static inline void kml_leave_exec(void) { }
#define KML_NEW_AUX_ENTS do { } while (0)

#endif
#endif
