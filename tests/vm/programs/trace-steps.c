// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace-steps GATE+OFFSET...: a tracer steps a kernel-mode process over the
 * call of a gate, and on from each of these places, the instructions with which
 * gates begin. What a gate does for the kernel's functions is one step. A
 * function of the program is stepped into, as by any call.
 */
#include "observe.h"

#include <sys/syscall.h>

/* An indirect call by RBX, and NOPs to return to */
#define CODE 0x909090909090d3ffUL
#define LENGTH_OF_CALL 2

/* SYSCALL and RET, which the system calls of the gate seem to come from */
#define SYSTEM_CALL_CODE 0xc3050f
#define SYSTEM_CALL_CODE_MASK 0xffffff
#define LENGTH_OF_SYSTEM_CALL 2

#define NOT_CANONICAL 0x800000000000UL

/* The borrow of the call gate's comparison, when its function is the kernel's */
#define CARRY_FLAG 1ULL

struct call {
	const char *name;
	unsigned long function; /* or the number of the system call */
	unsigned long argument, result;
	int signal; /* of a function of the program: how its first step ends */
};

static int failures;

static void check(bool good, const char *where, const struct call *call, int status, const struct user_regs_struct *regs)
{
	if (good) {
		printf("ok    %s: %s\n", where, call->name);
		return;
	}
	printf("FAIL  %s: %s: ", where, call->name);
	print_status(stdout, status);
	printf("      RIP %#llx, RSP %#llx, RAX %#llx\n", regs->rip, regs->rsp, regs->rax);
	failures++;
}

/* The call has been made, and the gate has come as far as that place */
static void move_into_gate(pid_t child, unsigned long place, struct user_regs_struct regs)
{
	unsigned long return_address = regs.rip + LENGTH_OF_CALL;

	regs.r10 = regs.rsp;
	regs.rsp -= 8;
	ptrace(PTRACE_POKEDATA, child, regs.rsp, return_address);
	regs.r11 = return_address;
	regs.eflags |= CARRY_FLAG;
	regs.rip = place;
	ptrace(PTRACE_SETREGS, child, NULL, &regs);
}

/* A process whose next instruction is the call, or which has made it and is at that place in the gate, if PLACE is not 0 */
static pid_t start_call(const struct call *call, unsigned long gate, unsigned long place, struct user_regs_struct *before)
{
	pid_t child = start_traced(&ways[WAYS - 1], "traced", "registers");

	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL);
	if (ptrace(PTRACE_GETREGS, child, NULL, before))
		err(1, "registers");
	ptrace(PTRACE_POKETEXT, child, before->rip, CODE);
	/* below the red zone, as compilers see to it */
	before->rsp = (before->rsp - 256) & ~15ULL;
	before->rax = call->function;
	before->rdi = call->argument;
	before->rbx = gate;
	ptrace(PTRACE_SETREGS, child, NULL, before);
	if (place)
		move_into_gate(child, place, *before);
	return child;
}

/* Returns the status, and if that is a stop, the registers */
static int step(pid_t child, struct user_regs_struct *regs)
{
	int status;

	memset(regs, 0, sizeof(*regs));
	if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) || waitpid(child, &status, 0) != child)
		err(1, "step");
	ptrace(PTRACE_GETREGS, child, NULL, regs);
	return status;
}

static bool stopped_by(int status, int signal)
{
	return WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, __WALL);
}

/* Ends at the RET in the vDSO, which is the next step */
static void step_over_system_call(const char *where, const struct call *call, unsigned long gate, unsigned long place)
{
	struct user_regs_struct before, regs;
	pid_t child = start_call(call, gate, place, &before);
	int status = step(child, &regs);
	long code = ptrace(PTRACE_PEEKTEXT, child, regs.rip - LENGTH_OF_SYSTEM_CALL, NULL);

	check(stopped_by(status, SIGTRAP) && (code & SYSTEM_CALL_CODE_MASK) == SYSTEM_CALL_CODE &&
			regs.rax == call->result && regs.rsp == before.rsp - 8,
		where, call, status, &regs);
	if (WIFSTOPPED(status)) {
		status = step(child, &regs);
		check(stopped_by(status, SIGTRAP) && regs.rip == before.rip + LENGTH_OF_CALL && regs.rsp == before.rsp,
			"and back", call, status, &regs);
	}
	end(child);
}

/* The CPU may take the step behind the first instruction that it returns to */
static void step_over_function(const char *where, const struct call *call, unsigned long gate, unsigned long place)
{
	struct user_regs_struct before, regs;
	pid_t child = start_call(call, gate, place, &before);
	int status = step(child, &regs);

	check(stopped_by(status, SIGTRAP) && regs.rip - (before.rip + LENGTH_OF_CALL) <= 1 && regs.rsp == before.rsp &&
			regs.rax == call->result,
		where, call, status, &regs);
	end(child);
}

/* Ends at its first instruction, whatever is there */
static void step_into_function(const char *where, const struct call *call, unsigned long gate, unsigned long place)
{
	struct user_regs_struct before, regs;
	pid_t child = start_call(call, gate, place, &before);
	int status = step(child, &regs);

	check(stopped_by(status, SIGTRAP) && regs.rip == call->function && regs.rsp == before.rsp - 8, where, call,
		status, &regs);
	if (WIFSTOPPED(status)) {
		status = step(child, &regs);
		check(stopped_by(status, call->signal), "and from there", call, status, &regs);
	}
	end(child);
}

/* Some instruction of the program: the process stands at the same one each time */
static unsigned long place_in_program(void)
{
	static const struct call none;
	struct user_regs_struct regs;

	end(start_call(&none, 0, 0, &regs));
	return regs.rip + LENGTH_OF_CALL;
}

static unsigned long address_of(const char *place)
{
	char name[64];
	unsigned int offset;

	if (sscanf(place, "%63[^+]+%x", name, &offset) != 2)
		errx(2, "%s: not GATE+OFFSET", place);
	return kernel_address(name) + offset;
}

int main(int argc, char **argv)
{
	const unsigned long call_gate = kernel_address("kml_call_gate"),
			    stepped = kernel_address("kml_call_gate_stepped"),
			    system_call_gate = kernel_address("kml_syscall_gate");
	const struct call system_call = {"a system call", SYS_getppid, 0, (unsigned long)getpid(), 0};
	const struct call function = {"a function of the kernel", kernel_address("int_sqrt"), 10000, 100, 0};
	const struct call of_program[] = {
		{"a function of the program", place_in_program(), 0, 0, SIGTRAP},
		{"NULL", 0, 0, 0, SIGSEGV},
		{"an address that is not canonical", NOT_CANONICAL, 0, 0, SIGSEGV},
	};

	setlinebuf(stdout);
	step_over_system_call("the call of the gate", &system_call, system_call_gate, 0);
	step_over_function("the call of the gate", &function, call_gate, 0);
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "kml_call_gate", strlen("kml_call_gate")))
			step_over_function(argv[i], &function, call_gate, address_of(argv[i]));
		else
			step_over_system_call(argv[i], &system_call, system_call_gate, address_of(argv[i]));
	}
	for (size_t i = 0; i < sizeof(of_program) / sizeof(*of_program); i++) {
		step_into_function("the call of the gate", &of_program[i], call_gate, 0);
		step_into_function("kml_call_gate", &of_program[i], call_gate, call_gate);
		step_into_function("kml_call_gate_stepped", &of_program[i], call_gate, stepped);
	}
	return failures;
}
