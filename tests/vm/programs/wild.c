// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wild WAY: what a program may do by mistake, with wrong addresses, stacks,
 * flags, instructions and system calls, those by WAY (instruction or gate).
 * It must end as it does for any program.
 */
#include <asm/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "addresses.h"
#include "mistakes.h"
#include "outcome.h"
#include "passage.h"

#define VSYSCALL_TIME	0xffffffffff600400

/* Reading, writing and jumping */

#define ACCESS(name, address) \
	static long read_##name(void) \
	{ \
		return *(volatile int *)opaque(address); \
	} \
	static long write_##name(void) \
	{ \
		*(volatile int *)opaque(address) = 1; \
		return 0; \
	} \
	static long jump_##name(void) \
	{ \
		((void (*)(void))opaque(address))(); \
		return 0; \
	} \
	static long push_##name(void) \
	{ \
		__asm__ volatile("movq %0, %%rsp; pushq $1" : : "r"(address) : "memory"); \
		return 0; \
	} \
	static long call_##name(void) \
	{ \
		__asm__ volatile("movq %0, %%rsp; call outcome_catch" : : "r"(address) : "memory"); \
		return 0; \
	} \
	static long jump_and_stack_##name(void) \
	{ \
		__asm__ volatile("movq %0, %%rsp; jmp *%%rsp" : : "r"(address) : "memory"); \
		return 0; \
	}

ACCESS(null, 0x10UL)
ACCESS(not_canonical, NOT_CANONICAL)
ACCESS(above_programs, 0x800000000000)
ACCESS(kernel_hole, KERNEL_HOLE)
ACCESS(last, 0xfffffffffffffff0)

static void *page_with(int protection)
{
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	page[0] = 0xc3; /* ret */
	mprotect(page, 4096, protection);
	return page;
}

static long write_read_only(void)
{
	*(volatile int *)page_with(PROT_READ) = 1;
	return 0;
}

static long read_forbidden(void)
{
	return *(volatile int *)page_with(PROT_NONE);
}

static long jump_to_data(void)
{
	((void (*)(void))page_with(PROT_READ | PROT_WRITE))();
	return 0;
}

static long write_code(void)
{
	*(volatile int *)(uintptr_t)jump_to_data = 1;
	return 0;
}

static long vsyscall(void)
{
	return ((long (*)(void *))opaque(VSYSCALL_TIME))(NULL) > 0;
}

static long read_vsyscall(void)
{
	return *(volatile int *)opaque(VSYSCALL_TIME);
}

/* Instructions */

#define INSTRUCTION(name, code) \
	static long name(void) \
	{ \
		__asm__ volatile(code : : : "rax", "rcx", "rdx", "rbx", "r11", "memory", "cc"); \
		return 0; \
	}

INSTRUCTION(undefined, "ud2")
INSTRUCTION(breakpoint, "int3")
INSTRUCTION(breakpoint_long, ".byte 0xcd, 0x03")
INSTRUCTION(overflow, ".byte 0xcd, 0x04")
INSTRUCTION(single_step_interrupt, ".byte 0xf1")
INSTRUCTION(divide, "xorl %%ecx, %%ecx; movl $1, %%eax; cltd; idivl %%ecx")
INSTRUCTION(divide_overflow, "movl $0x80000000, %%eax; cltd; movl $-1, %%ecx; idivl %%ecx")
INSTRUCTION(misaligned_vector, "movaps -1(%%rsp), %%xmm0")
INSTRUCTION(floating_exception, "fninit; fldz; fldz; movw $0x360, -8(%%rsp); fldcw -8(%%rsp); fdivp; fwait")
INSTRUCTION(wild_mxcsr, "movl $-1, -8(%%rsp); ldmxcsr -8(%%rsp)")
INSTRUCTION(invalid_in_64_bits, ".byte 0x06")
INSTRUCTION(wild_far_jump, "movl $0, -16(%%rsp); movl $0xfff8, -12(%%rsp); ljmp *-16(%%rsp)")
INSTRUCTION(wild_data_segment, "movl $0xffff, %%eax; movw %%ax, %%ds")
INSTRUCTION(wild_gs_segment, "movl $0xffff, %%eax; movw %%ax, %%gs")
INSTRUCTION(wild_stack_segment, "movl $0xffff, %%eax; movw %%ax, %%ss")
INSTRUCTION(null_fs_segment, "xorl %%eax, %%eax; movw %%ax, %%fs; movq %%fs:0, %%rax")
INSTRUCTION(read_unknown_msr, "movl $0x12345678, %%ecx; rdmsr")
INSTRUCTION(write_unknown_msr, "movl $0x12345678, %%ecx; xorl %%eax, %%eax; xorl %%edx, %%edx; wrmsr")
INSTRUCTION(rsm, "rsm")
INSTRUCTION(vmcall_without_hypervisor, "vmcall")
INSTRUCTION(enclu, "xorl %%eax, %%eax; .byte 0x0f, 0x01, 0xd7")
INSTRUCTION(fs_not_canonical, "movabsq $0x8000000000000000, %%rax; wrfsbase %%rax")
INSTRUCTION(gs_not_canonical, "movabsq $0x8000000000000000, %%rax; wrgsbase %%rax")
INSTRUCTION(gs_in_kernel,
	"movabsq $0xffffffff80000000, %%rax; wrgsbase %%rax; movl $39, %%eax; syscall; movq %%gs:0x7000000000, %%rax")
INSTRUCTION(fs_in_kernel, "rdfsbase %%rbx; movabsq $0xffffffa000000000, %%rax; wrfsbase %%rax; movl $39, %%eax; syscall;"
			  "rdfsbase %%rcx; wrfsbase %%rbx; shrq $48, %%rcx; cmpl $0xffff, %%ecx; je 1f; ud2; 1:")
INSTRUCTION(fs_in_kernel_used, "movabsq $0xffffffa000000000, %%rax; wrfsbase %%rax; movq %%fs:0x1000, %%rax")

/* Flags. Arithmetic flags cannot get in the way: none is among them. */

#define WITH_FLAGS(flags, code) "lea -128(%%rsp), %%rsp; pushfq; orl $" flags ", (%%rsp); popfq;" code

INSTRUCTION(step_one, WITH_FLAGS("0x100", "nop; nop"))
INSTRUCTION(step_into_fault, WITH_FLAGS("0x100", "ud2"))
INSTRUCTION(step_system_call, WITH_FLAGS("0x100", "syscall"))
INSTRUCTION(direction_and_fault, WITH_FLAGS("0x400", "ud2"))
INSTRUCTION(nested_and_fault, WITH_FLAGS("0x4000", "ud2"))
INSTRUCTION(alignment_and_fault, WITH_FLAGS("0x40000", "ud2"))
INSTRUCTION(identification_and_fault, WITH_FLAGS("0x200000", "ud2"))

/* getpid() with flags set, or on a stack that is none; then all is as before */

static long getpid_with_flags(unsigned long flags)
{
	register unsigned long rbx __asm__("rbx") = flags;
	long result = SYS_getpid;

	__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq %1, (%%rsp); popfq\n"
			 "cmpq $0, passage_gate(%%rip); jne 1f; syscall; jmp 2f; 1: call *passage_gate(%%rip)\n"
			 "2: pushfq; andl $~0x44500, (%%rsp); popfq; lea 128(%%rsp), %%rsp"
			 : "+a"(result)
			 : "r"(rbx)
			 : "rcx", "r11", "memory", "cc");
	return result == getpid();
}

static long getpid_with_direction(void)
{
	return getpid_with_flags(0x400);
}

static long getpid_with_nested_task(void)
{
	return getpid_with_flags(0x4000);
}

static long getpid_with_alignment_check(void)
{
	return getpid_with_flags(0x40000);
}

static long getpid_with_all(void)
{
	return getpid_with_flags(0x44400);
}

static long getpid_with_rsp(unsigned long rsp)
{
	register unsigned long rbx __asm__("rbx") = rsp;
	long result = SYS_getpid;

	__asm__ volatile("movq %%rsp, %%rbp; movq %1, %%rsp\n"
			 "cmpq $0, passage_gate(%%rip); jne 1f; syscall; jmp 2f; 1: call *passage_gate(%%rip)\n"
			 "2: movq %%rbp, %%rsp"
			 : "+a"(result)
			 : "r"(rbx)
			 : "rcx", "r11", "rbp", "memory", "cc");
	return result == getpid();
}

#define STACK(name, rsp) \
	static long name(void) \
	{ \
		return getpid_with_rsp(rsp); \
	}

static char spare[65536];

STACK(getpid_with_misaligned_stack, (unsigned long)spare + 32771)
STACK(getpid_at_the_start_of_a_page, ((unsigned long)page_with(PROT_READ | PROT_WRITE)) + 8)
STACK(getpid_at_the_end_of_a_page, ((unsigned long)page_with(PROT_READ | PROT_WRITE)) + 4096)
/* By the gate these five fault at the CALL, in the program */
STACK(getpid_with_stack_0, 0)
STACK(getpid_with_unmapped_stack, 0x10000)
STACK(getpid_with_stack_not_canonical, NOT_CANONICAL)
STACK(getpid_with_stack_in_kernel, KERNEL_HOLE)
STACK(getpid_with_read_only_stack, ((unsigned long)page_with(PROT_READ)) + 1024)

/* The stack goes away in the system call itself; the next use of it is the program's fault */
static long stack_that_unmaps_itself(void)
{
	char *page = page_with(PROT_READ | PROT_WRITE);
	long result = SYS_munmap;

	__asm__ volatile("leaq 2048(%1), %%rsp\n"
			 "cmpq $0, passage_gate(%%rip); jne 1f; syscall; jmp 2f; 1: call *passage_gate(%%rip)\n"
			 "2: popq %%rbx"
			 : "+a"(result)
			 : "D"(page), "S"(4096L)
			 : "rcx", "r11", "rbx", "memory", "cc");
	return 0;
}

/* Stacks that grow too far */

static long overflow_on_alternate_stack(void)
{
	return overflow_stack();
}

static long overflow_without_alternate_stack(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	sigaltstack(&none, NULL);
	return overflow_stack();
}

static long overflow_of_small_limit(void)
{
	struct rlimit limit = { 65536, 65536 };

	setrlimit(RLIMIT_STACK, &limit);
	return overflow_stack();
}

static long overflow_into_neighbour(void)
{
	char *page = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(page, 4096, PROT_NONE);
	__asm__ volatile("movq %0, %%rsp; 1: pushq $1; jmp 1b" : : "r"(page + 65536) : "memory");
	return 0;
}

/* System calls that are none, and their old ways in */

#define SYSTEM_CALL(name, number) \
	static long name(void) \
	{ \
		return pass(number); \
	}

SYSTEM_CALL(number_minus_1, -1L)
SYSTEM_CALL(number_smallest, -0x8000000000000000L)
SYSTEM_CALL(number_smallest_int, -0x80000000L)
SYSTEM_CALL(number_largest_int, 0x7fffffffL)
SYSTEM_CALL(number_unused, 335L)
SYSTEM_CALL(number_behind_the_last, 500L)
SYSTEM_CALL(number_x32, 0x40000000L + SYS_getppid)
SYSTEM_CALL(number_x32_of_its_own, 0x40000000L + 512)
SYSTEM_CALL(number_restart, (long)SYS_restart_syscall)

static long number_with_upper_half(void)
{
	return pass(0x123456700000000L + SYS_getpid) == getpid();
}

static long arguments_in_kernel(void)
{
	return pass(SYS_pipe2, KERNEL_HOLE, 0);
}

static long arguments_not_canonical(void)
{
	return pass(SYS_read, 0, NOT_CANONICAL, -1L);
}

static long arch_prctl_gs_in_kernel(void)
{
	return pass(SYS_arch_prctl, ARCH_SET_GS, KERNEL_HOLE);
}

static long arch_prctl_gs_not_canonical(void)
{
	return pass(SYS_arch_prctl, ARCH_SET_GS, NOT_CANONICAL);
}

static long arch_prctl_fs_above_programs(void)
{
	return pass(SYS_arch_prctl, ARCH_SET_FS, 0x800000000000L);
}

static long interrupt_80(void)
{
	long result = 20; /* getpid of 32 bits */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result == getpid();
}

static long interrupt_80_that_blocks(void)
{
	struct {
		int32_t seconds, nanoseconds;
	} *ts = mmap((void *)0x20000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	long result = 162; /* nanosleep of 32 bits */

	ts->nanoseconds = 20000000;
	__asm__ volatile("int $0x80" : "+a"(result) : "b"(ts), "c"(0L) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static long interrupt_80_wild(void)
{
	long result = 0x40000014;

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result;
}

INSTRUCTION(sysenter, "movl $20, %%eax; movq %%rsp, %%rbp; sysenter")

#define ATTEMPT(name) { #name, name }
#define ATTEMPTS(name) \
	ATTEMPT(read_##name), ATTEMPT(write_##name), ATTEMPT(jump_##name), ATTEMPT(push_##name), ATTEMPT(call_##name)

int main(int argc, char **argv)
{
	static const struct attempt attempts[] = {
		ATTEMPT(write_read_only),
		ATTEMPT(read_forbidden),
		ATTEMPT(jump_to_data),
		ATTEMPT(write_code),
		ATTEMPT(vsyscall),
		ATTEMPT(read_vsyscall),
		ATTEMPT(undefined),
		ATTEMPT(breakpoint),
		ATTEMPT(breakpoint_long),
		ATTEMPT(overflow),
		ATTEMPT(single_step_interrupt),
		ATTEMPT(divide),
		ATTEMPT(divide_overflow),
		ATTEMPT(misaligned_vector),
		ATTEMPT(floating_exception),
		ATTEMPT(wild_mxcsr),
		ATTEMPT(invalid_in_64_bits),
		ATTEMPT(wild_far_jump),
		ATTEMPT(wild_data_segment),
		ATTEMPT(wild_gs_segment),
		ATTEMPT(wild_stack_segment),
		ATTEMPT(null_fs_segment),
		ATTEMPT(read_unknown_msr),
		ATTEMPT(write_unknown_msr),
		ATTEMPT(rsm),
		ATTEMPT(vmcall_without_hypervisor),
		ATTEMPT(enclu),
		ATTEMPT(fs_not_canonical),
		ATTEMPT(gs_not_canonical),
		ATTEMPT(gs_in_kernel),
		ATTEMPT(fs_in_kernel),
		ATTEMPT(fs_in_kernel_used),
		ATTEMPT(step_one),
		ATTEMPT(step_into_fault),
		ATTEMPT(step_system_call),
		ATTEMPT(direction_and_fault),
		ATTEMPT(nested_and_fault),
		ATTEMPT(alignment_and_fault),
		ATTEMPT(identification_and_fault),
		ATTEMPT(getpid_with_direction),
		ATTEMPT(getpid_with_nested_task),
		ATTEMPT(getpid_with_alignment_check),
		ATTEMPT(getpid_with_all),
		ATTEMPT(getpid_with_misaligned_stack),
		ATTEMPT(getpid_at_the_start_of_a_page),
		ATTEMPT(getpid_at_the_end_of_a_page),
		ATTEMPT(getpid_with_stack_0),
		ATTEMPT(getpid_with_unmapped_stack),
		ATTEMPT(getpid_with_stack_not_canonical),
		ATTEMPT(getpid_with_stack_in_kernel),
		ATTEMPT(getpid_with_read_only_stack),
		ATTEMPT(stack_that_unmaps_itself),
		ATTEMPT(overflow_on_alternate_stack),
		ATTEMPT(overflow_without_alternate_stack),
		ATTEMPT(overflow_of_small_limit),
		ATTEMPT(overflow_into_neighbour),
		ATTEMPT(number_minus_1),
		ATTEMPT(number_smallest),
		ATTEMPT(number_smallest_int),
		ATTEMPT(number_largest_int),
		ATTEMPT(number_unused),
		ATTEMPT(number_behind_the_last),
		ATTEMPT(number_x32),
		ATTEMPT(number_x32_of_its_own),
		ATTEMPT(number_restart),
		ATTEMPT(number_with_upper_half),
		ATTEMPT(arguments_in_kernel),
		ATTEMPT(arguments_not_canonical),
		ATTEMPT(arch_prctl_gs_in_kernel),
		ATTEMPT(arch_prctl_gs_not_canonical),
		ATTEMPT(arch_prctl_fs_above_programs),
		ATTEMPT(interrupt_80),
		ATTEMPT(interrupt_80_that_blocks),
		ATTEMPT(interrupt_80_wild),
		ATTEMPT(sysenter),
		ATTEMPTS(null),
		ATTEMPTS(not_canonical),
		ATTEMPTS(above_programs),
		ATTEMPTS(kernel_hole),
		ATTEMPTS(last),
		ATTEMPT(jump_and_stack_null),
		ATTEMPT(jump_and_stack_above_programs),
		ATTEMPT(jump_and_stack_not_canonical),
		ATTEMPT(jump_and_stack_kernel_hole),
		ATTEMPT(jump_and_stack_last),
	};

	if (argc != 2)
		return 2;
	passage_choose(argv[1]);
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
