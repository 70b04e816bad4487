// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frames WAY: returns from a signal with a frame that no kernel has made, by
 * WAY (instruction or gate).
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "addresses.h"
#include "outcome.h"
#include "passage.h"

#define FLAG_TRAP	0x100
#define FLAG_INTERRUPTS 0x200
#define FLAG_DIRECTION	0x400
#define FLAG_IOPL	0x3000
#define FLAG_NESTED	0x4000
#define FLAG_RESUME	0x10000
#define FLAG_ALIGNMENT	0x40000

/* Of the signal frame's part for vector registers; see <asm/sigcontext.h> */
enum { FX_MXCSR = 24, FX_SOFTWARE = 464, XSTATE_HEADER = 512 };

static void (*change)(ucontext_t *context);
void frames_restorer(void);

/*
 * RSP is that of the frame here, so the gate has to be jumped to: a CALL would
 * write into the frame. It does not come back.
 */
__asm__(".pushsection .text\n"
	"frames_restorer:\n"
	"	movl $15, %eax\n"
	"	cmpq $0, passage_gate(%rip)\n"
	"	jne 1f\n"
	"	syscall\n"
	"1:	jmp *passage_gate(%rip)\n"
	".popsection\n");

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	change(context);
}

/* The C library puts its own restorer into what it is given */
static long come_back_with(void (*changed)(ucontext_t *context))
{
	struct {
		void (*handler)(int, siginfo_t *, void *);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} action = { on_signal, SA_SIGINFO | 0x04000000 /* SA_RESTORER */, frames_restorer, 0 };

	change = changed;
	if (syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, sizeof(action.mask)))
		return -1;
	raise(SIGUSR1);
	return 0;
}

#define FRAME(name, statement) \
	static void name##_change(ucontext_t *context) \
	{ \
		greg_t *registers = context->uc_mcontext.gregs; \
\
		(void)registers; \
		statement; \
	} \
	static long name(void) \
	{ \
		return come_back_with(name##_change); \
	}

static void set_segments(greg_t *registers, unsigned long cs, unsigned long ss)
{
	registers[REG_CSGSFS] = (greg_t)((unsigned long)registers[REG_CSGSFS] & 0x0000ffffffff0000) | (greg_t)cs |
		(greg_t)(ss << 48);
}

static unsigned char *vector_part(ucontext_t *context)
{
	return (unsigned char *)context->uc_mcontext.fpregs;
}

static void set_vector_part(ucontext_t *context, uintptr_t address)
{
	context->uc_mcontext.fpregs = (void *)address;
}

FRAME(unchanged, )
FRAME(no_segments, set_segments(registers, 0, 0))
FRAME(no_ss, set_segments(registers, 0x33, 0))
FRAME(kernel_ss, set_segments(registers, 0x33, 0x18))
FRAME(wild_ss, set_segments(registers, 0x33, 0xfff8))
FRAME(user_cs_32, set_segments(registers, 0x23, 0x2b))
FRAME(kernel_cs, set_segments(registers, 0x10, 0x18))
FRAME(wild_cs, set_segments(registers, 0xffff, 0x2b))

FRAME(trap_flag, registers[REG_EFL] |= FLAG_TRAP)
FRAME(no_interrupts, registers[REG_EFL] &= ~FLAG_INTERRUPTS)
FRAME(io_privilege, registers[REG_EFL] |= FLAG_IOPL; registers[REG_RIP] = 0)
FRAME(nested_task, registers[REG_EFL] |= FLAG_NESTED; registers[REG_RIP] = 0)
FRAME(direction, registers[REG_EFL] |= FLAG_DIRECTION; registers[REG_RIP] = 0)
FRAME(alignment, registers[REG_EFL] |= FLAG_ALIGNMENT; registers[REG_RIP] = 0)
FRAME(resume, registers[REG_EFL] |= FLAG_RESUME)
FRAME(all_flags, registers[REG_EFL] = -1; registers[REG_RIP] = 0)
FRAME(no_flags, registers[REG_EFL] = 0)

FRAME(rip_0, registers[REG_RIP] = 0)
FRAME(rip_not_canonical, registers[REG_RIP] = (greg_t)NOT_CANONICAL)
FRAME(rip_above_programs, registers[REG_RIP] = 0x800000000000)
FRAME(rip_in_kernel, registers[REG_RIP] = (greg_t)KERNEL_HOLE)
FRAME(rip_last, registers[REG_RIP] = -1)

FRAME(rsp_0, registers[REG_RSP] = 0)
FRAME(rsp_8, registers[REG_RSP] = 8)
FRAME(rsp_not_canonical, registers[REG_RSP] = (greg_t)NOT_CANONICAL)
FRAME(rsp_in_kernel, registers[REG_RSP] = (greg_t)KERNEL_HOLE)
FRAME(rsp_misaligned, registers[REG_RSP] -= 3; registers[REG_RIP] = 0)
FRAME(rip_and_rsp_in_kernel, registers[REG_RIP] = registers[REG_RSP] = (greg_t)KERNEL_HOLE)
FRAME(rip_and_rsp_not_canonical, registers[REG_RIP] = registers[REG_RSP] = (greg_t)NOT_CANONICAL)

FRAME(no_vectors, set_vector_part(context, 0))
FRAME(vectors_misaligned, set_vector_part(context, (uintptr_t)vector_part(context) + 1))
FRAME(vectors_nowhere, set_vector_part(context, 0x1000))
FRAME(vectors_in_kernel, set_vector_part(context, KERNEL_HOLE))
FRAME(vectors_not_canonical, set_vector_part(context, NOT_CANONICAL))
FRAME(vectors_zero, memset(vector_part(context), 0, 512))
FRAME(vectors_garbage, memset(vector_part(context), 0xff, 512 + 64))
FRAME(wild_mxcsr, *(uint32_t *)(vector_part(context) + FX_MXCSR) = 0xffffffff)
FRAME(wild_xfeatures, memset(vector_part(context) + FX_SOFTWARE + 8, 0xff, 8))
FRAME(wild_xstate_size, memset(vector_part(context) + FX_SOFTWARE + 16, 0xff, 4))
FRAME(wild_xstate_header, memset(vector_part(context) + XSTATE_HEADER, 0xff, 64))

FRAME(alternate_stack_wild, context->uc_stack.ss_sp = (void *)NOT_CANONICAL; context->uc_stack.ss_size = -1UL)
FRAME(all_signals_blocked, memset(&context->uc_sigmask, 0xff, 8))
FRAME(everything_ff, memset(context, 0xff, offsetof(ucontext_t, uc_sigmask)))
FRAME(everything_00, memset(context, 0, offsetof(ucontext_t, uc_sigmask)))

/* The frame itself is where it cannot be: RSP is put there, and rt_sigreturn made */

static long return_with_rsp(unsigned long rsp)
{
	__asm__ volatile("movq %0, %%rsp; jmp frames_restorer" : : "r"(rsp) : "memory");
	__builtin_unreachable();
}

static long frame_at_0(void)
{
	return return_with_rsp(0);
}

static long frame_at_8(void)
{
	return return_with_rsp(8);
}

static long frame_nowhere(void)
{
	return return_with_rsp(0x10000);
}

static long frame_not_canonical(void)
{
	return return_with_rsp(NOT_CANONICAL);
}

static long frame_in_kernel(void)
{
	return return_with_rsp(KERNEL_HOLE);
}

static long frame_misaligned(void)
{
	return return_with_rsp((unsigned long)calloc(1, 65536) + 16384 + 5);
}

static long frame_that_ends_too_early(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return return_with_rsp((unsigned long)page + 4096 - 64);
}

#define ATTEMPT(name) { #name, name }

int main(int argc, char **argv)
{
	static const struct attempt attempts[] = {
		ATTEMPT(unchanged),
		ATTEMPT(no_segments),
		ATTEMPT(no_ss),
		ATTEMPT(kernel_ss),
		ATTEMPT(wild_ss),
		ATTEMPT(user_cs_32),
		ATTEMPT(kernel_cs),
		ATTEMPT(wild_cs),
		ATTEMPT(trap_flag),
		ATTEMPT(no_interrupts),
		ATTEMPT(io_privilege),
		ATTEMPT(nested_task),
		ATTEMPT(direction),
		ATTEMPT(alignment),
		ATTEMPT(resume),
		ATTEMPT(all_flags),
		ATTEMPT(no_flags),
		ATTEMPT(rip_0),
		ATTEMPT(rip_not_canonical),
		ATTEMPT(rip_above_programs),
		ATTEMPT(rip_in_kernel),
		ATTEMPT(rip_last),
		ATTEMPT(rsp_0),
		ATTEMPT(rsp_8),
		ATTEMPT(rsp_not_canonical),
		ATTEMPT(rsp_in_kernel),
		ATTEMPT(rsp_misaligned),
		ATTEMPT(no_vectors),
		ATTEMPT(vectors_misaligned),
		ATTEMPT(vectors_nowhere),
		ATTEMPT(vectors_in_kernel),
		ATTEMPT(vectors_not_canonical),
		ATTEMPT(vectors_zero),
		ATTEMPT(vectors_garbage),
		ATTEMPT(wild_mxcsr),
		ATTEMPT(wild_xfeatures),
		ATTEMPT(wild_xstate_size),
		ATTEMPT(wild_xstate_header),
		ATTEMPT(alternate_stack_wild),
		ATTEMPT(all_signals_blocked),
		ATTEMPT(everything_ff),
		ATTEMPT(everything_00),
		ATTEMPT(frame_at_0),
		ATTEMPT(frame_at_8),
		ATTEMPT(frame_nowhere),
		ATTEMPT(frame_not_canonical),
		ATTEMPT(frame_in_kernel),
		ATTEMPT(frame_misaligned),
		ATTEMPT(frame_that_ends_too_early),
		ATTEMPT(rip_and_rsp_not_canonical),
		ATTEMPT(rip_and_rsp_in_kernel),
	};

	if (argc != 2)
		return 2;
	passage_choose(argv[1]);
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
