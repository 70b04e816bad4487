// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second IDT, the stacks that its vectors run on, and the switch between
 * kernel mode and ordinary processes. See entry.S for the why.
 */
#include <linux/cc_platform.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/vmalloc.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/stacktrace.h>
#include <asm/text-patching.h>
#include <asm/trapnr.h>
#include "../kml.h"
#include "gates.h"

/* The first interrupt stack that the kernel leaves free, as index into the TSS; the IDT counts from 1 */
#define KML_IST_INDEX	5

/* Below each stack lies a page that is not there */
#define KML_STACK_STRIDE	(2 * PAGE_SIZE)

static gate_desc kml_idt_table[IDT_ENTRIES] __aligned(PAGE_SIZE) __ro_after_init;
struct desc_ptr kml_second_idt __ro_after_init;
struct desc_ptr kml_ordinary_idt __ro_after_init;
unsigned long kml_stacks_start __ro_after_init;
unsigned long kml_stacks_end __ro_after_init;
static unsigned long kml_ordinary_lstar __ro_after_init;
static unsigned long kml_ordinary_sysenter_cs __ro_after_init;

/* Whether the task that runs on this CPU is in kernel mode */
DEFINE_PER_CPU(bool, kml_active);

/* "kml.ibt=1" on the kernel's command line, or "ibt=1" for the module */
#ifndef MODULE
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kml."
#endif
static bool kml_allow_ibt;
module_param_named(ibt, kml_allow_ibt, bool, 0);
MODULE_PARM_DESC(ibt, "load on a CPU with indirect branch tracking, and track none while a program is in kernel mode");

/*
 * S_CET applies to all of ring 0, and compilers leave out ENDBR in most
 * programs. So it is part of the switch: while such a task is current, it is
 * off, for the program, and for the kernel on its behalf and in interrupts.
 * What a program gives away as a callback is called with tracking elsewhere,
 * and needs ENDBR. No instruction of ours is reached by an indirect branch while
 * it is on: it is off before the second IDT and the second SYSCALL entry are
 * loaded, and comes back after the ordinary ones, which begin with ENDBR. No
 * CPU in QEMU 7.2 can try any of this, so that somebody has to ask for it.
 */
static void kml_switch_branch_tracking(bool on)
{
	if (cpu_feature_enabled(X86_FEATURE_IBT))
		wrmsrl(MSR_IA32_S_CET, on ? CET_ENDBR_EN : 0);
}

/* Interrupts are off. The kernel is on a stack of its own, where both IDTs are right. */
void kml_arch_switch(bool on)
{
	this_cpu_write(kml_active, on);
	if (on)
		kml_switch_branch_tracking(false);
	native_load_idt(on ? &kml_second_idt : &kml_ordinary_idt);
	wrmsrl(MSR_LSTAR, on ? (unsigned long)kml_entry_syscall : kml_ordinary_lstar);
	/* SYSENTER is for 32-bit programs, and would end in ring 3. Without a segment it is a fault, as elsewhere on AMD. */
	if (cpu_feature_enabled(X86_FEATURE_SEP))
		wrmsrl(MSR_IA32_SYSENTER_CS, on ? GDT_ENTRY_INVALID_SEG : kml_ordinary_sysenter_cs);
	if (!on)
		kml_switch_branch_tracking(true);
}

/*
 * For the unwinder: whether the address is on a kml stack. It counts as a
 * stack of entry code, like the one that interrupts of user space begin on.
 */
noinstr bool kml_in_stack(unsigned long *stack, struct stack_info *info)
{
	unsigned long page = (unsigned long)stack & PAGE_MASK;

	if (page < kml_stacks_start || page >= kml_stacks_end || (page - kml_stacks_start) % KML_STACK_STRIDE == 0)
		return false;
	info->type = STACK_TYPE_ENTRY;
	info->begin = (unsigned long *)page;
	info->end = (unsigned long *)(page + PAGE_SIZE);
	info->next_sp = NULL;
	return true;
}

/* The CPU comes back from suspend with the SYSCALL entry of ordinary processes; only one CPU runs then */
static void kml_resume(void)
{
	kml_arch_switch(kml_current());
}

static const char *__init kml_allocate_stacks(void)
{
	void *area = vzalloc(nr_cpu_ids * KML_STACK_STRIDE);
	unsigned int cpu;

	if (!area)
		return "out of memory at start-up";
	kml_stacks_start = (unsigned long)area;
	kml_stacks_end = kml_stacks_start + nr_cpu_ids * KML_STACK_STRIDE;
	for_each_possible_cpu(cpu) {
		unsigned long guard = kml_stacks_start + cpu * KML_STACK_STRIDE;
		struct tss_struct *tss = &per_cpu(cpu_tss_rw, cpu);

		if (tss->x86_tss.ist[KML_IST_INDEX])
			return "the kernel uses the interrupt stack that kernel mode wants";
		vunmap_range(guard, guard + PAGE_SIZE);
		tss->x86_tss.ist[KML_IST_INDEX] = guard + KML_STACK_STRIDE;
	}
	return NULL;
}

static void __init kml_fill_in_jump(unsigned int vector, unsigned long handler)
{
	void *place = (void *)kml_stub_jumps[vector];

	mutex_lock(&text_mutex);
	text_poke(place, text_gen_insn(JMP32_INSN_OPCODE, place, (void *)handler), JMP32_INSN_SIZE);
	mutex_unlock(&text_mutex);
}

/* A double fault is the end for the kernel, and #VC does not happen where we run: both stay as they are */
static bool __init kml_vector_has_stub(unsigned int vector)
{
	return vector != X86_TRAP_DF && vector != X86_TRAP_VC;
}

static void __init kml_build_idt(void)
{
	const gate_desc *ordinary = (const gate_desc *)kml_ordinary_idt.address;
	unsigned int vector;

	for (vector = 0; vector < IDT_ENTRIES; vector++) {
		gate_desc gate = ordinary[vector];

		if (kml_vector_has_stub(vector) && gate.bits.p) {
			kml_fill_in_jump(vector, gate_offset(&gate));
			gate.offset_low = (u16)kml_stubs[vector];
			gate.offset_middle = (u16)(kml_stubs[vector] >> 16);
			gate.offset_high = (u32)(kml_stubs[vector] >> 32);
			if (!gate.bits.ist)
				gate.bits.ist = KML_IST_INDEX + 1;
		}
		kml_idt_table[vector] = gate;
	}
	kml_second_idt.size = sizeof(kml_idt_table) - 1;
	kml_second_idt.address = (unsigned long)kml_idt_table;
}

static const char *__init kml_unsuitable_machine(void)
{
	if (cpu_feature_enabled(X86_FEATURE_XENPV))
		return "Xen PV guests have no ring 0";
	if (cpu_feature_enabled(X86_FEATURE_FRED))
		return "FRED has no IDT; boot with fred=off";
	/* By the GS base, the entry code tells who was interrupted. All CPUs since 2012 have the instruction for it. */
	if (!cpu_feature_enabled(X86_FEATURE_FSGSBASE))
		return "the CPU has no FSGSBASE, or nofsgsbase is on the command line";
	if (cpu_feature_enabled(X86_FEATURE_IBT) && !kml_allow_ibt)
		return "indirect branch tracking would apply to programs; boot with ibt=off, or see ibt=1 in kml(4)";
	/* U_CET does not reach ring 0, and signals would be delivered to a shadow stack that nobody keeps */
	if (cpu_feature_enabled(X86_FEATURE_USER_SHSTK))
		return "user shadow stacks do not work in ring 0; boot with nousershstk";
	/* #VC and #VE would have to be taken in programs, and nothing of it could be tried */
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return "not tried with encrypted memory; boot with mem_encrypt=off, or on another machine";
	return NULL;
}

const char *__init kml_arch_init(void)
{
	const char *refusal = kml_unsuitable_machine();

	if (!refusal)
		refusal = kml_allocate_stacks();
	if (refusal)
		return refusal;
	store_idt(&kml_ordinary_idt);
	rdmsrl(MSR_LSTAR, kml_ordinary_lstar);
	if (cpu_feature_enabled(X86_FEATURE_SEP))
		rdmsrl(MSR_IA32_SYSENTER_CS, kml_ordinary_sysenter_cs);
	kml_build_idt();
	kml_gates_init();
	kml_host_watch_resume(kml_resume);
	return NULL;
}

void kml_arch_exit(void)
{
	unsigned int cpu;

	if (!kml_stacks_start)
		return;
	kml_host_unwatch_resume();
	for_each_possible_cpu(cpu) {
		unsigned long guard = kml_stacks_start + cpu * KML_STACK_STRIDE;
		unsigned long *ist = (unsigned long *)&per_cpu(cpu_tss_rw, cpu).x86_tss.ist[KML_IST_INDEX];

		if (*ist != guard + KML_STACK_STRIDE)
			break;
		*ist = 0;
	}
	vfree((void *)kml_stacks_start);
}
