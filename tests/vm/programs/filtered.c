// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * filtered WAY: seccomp filters, strict mode and user dispatch that the
 * process sets for itself; prints what becomes of its system calls.
 */
#include "passage.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

/* What the tests know of registers: of a signal's context, and of a tracer's */
#ifdef __x86_64__
typedef struct user_regs_struct registers;
#define RESULT(context) (context)->uc_mcontext.gregs[REG_RAX]
#define INSTRUCTION(context) (context)->uc_mcontext.gregs[REG_RIP]
#define TRACED_NUMBER(registers) (registers).orig_rax
#define TRACED_RESULT(registers) (registers).rax
#define TRACED_ARGUMENT(registers) (registers).rdi
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define UPPER_HALVES 1
#else /* ARM: the number of a system call is in R7, and its result where its first argument was */
typedef struct user_regs registers;
#define RESULT(context) (context)->uc_mcontext.arm_r0
#define INSTRUCTION(context) (context)->uc_mcontext.arm_pc
#define TRACED_NUMBER(registers) (registers).uregs[7]
#define TRACED_RESULT(registers) (registers).uregs[0]
#define TRACED_ARGUMENT(registers) (registers).uregs[0]
#define ARCHITECTURE AUDIT_ARCH_ARM
#define UPPER_HALVES 0
#endif

#define FIELD(name) ((unsigned int)offsetof(struct seccomp_data, name))

static int set_filter(const struct sock_filter *instructions, size_t count, unsigned int flags)
{
	const struct sock_fprog program = { .len = (unsigned short)count, .filter = (struct sock_filter *)instructions };

	return (int)pass(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* ACTION for system call NUMBER, all others pass */
static int filter(long number, unsigned int action, unsigned int flags)
{
	const struct sock_filter instructions[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return set_filter(instructions, sizeof(instructions) / sizeof(*instructions), flags);
}

static volatile sig_atomic_t traps;
static volatile char selector;

/* Only what needs no system call: not all are allowed here */
static void on_trap(int number, siginfo_t *info, void *context)
{
	ucontext_t *ucontext = context;

	selector = SYSCALL_DISPATCH_FILTER_ALLOW;
	printf("signal %d, code %d, error %d, call %d, architecture %#x, result %ld\n", number, info->si_code,
		info->si_errno, info->si_syscall, info->si_arch, (long)RESULT(ucontext));
	if ((long)info->si_call_addr != (long)INSTRUCTION(ucontext))
		printf("the addresses do not agree\n");
	RESULT(ucontext) = 4711;
	traps++;
}

static void catch_traps(void)
{
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
}

static void returns_errors(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_ERRNO | 95, 0));
	printf("getuid: %ld\n", pass(SYS_getuid));
	printf("getgid: %ld\n", pass(SYS_getgid));
	printf("set: %d\n", filter(SYS_getgid, SECCOMP_RET_ERRNO | 0, 0));
	printf("getgid: %ld\n", pass(SYS_getgid));
	printf("beyond the largest error: %d\n", filter(SYS_getegid, SECCOMP_RET_ERRNO | 0xffff, 0));
	printf("getegid: %ld\n", pass(SYS_getegid));
}

static void sees_arguments(void)
{
	static const unsigned int wanted[] = { 0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555, 0x66666666 };

	for (unsigned int i = 0; i < 6; i++) {
		const struct sock_filter instructions[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(arch)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 7),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(nr)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 500 + i, 0, 5),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(args) + 8 * i),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted[i], 0, 3),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(args) + 8 * i + 4),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, UPPER_HALVES ? 0x80000000 | i : 0, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (100 + i)),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		};

		printf("set: %d\n", set_filter(instructions, sizeof(instructions) / sizeof(*instructions), 0));
	}
	for (int i = 0; i < 7; i++)
		printf("%d: %ld\n", 500 + i, pass(500 + i, 0x8000000011111111ULL, 0x8000000122222222ULL, 0x8000000233333333ULL,
			0x8000000344444444ULL, 0x8000000455555555ULL, 0x8000000566666666ULL));
}

static void sees_odd_numbers(void)
{
	const long numbers[] = { 9999, -1, 0x7fffffff, 0x40000000 | SYS_getuid, -4096 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		printf("set: %d\n", filter(numbers[i], SECCOMP_RET_ERRNO | 77, 0));
		printf("%ld: %ld\n", numbers[i], pass(numbers[i]));
	}
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_ERRNO | 78, 0));
	printf("an upper half: %ld\n", pass(0x100000000ULL | SYS_getuid));
}

static void traps_are_signals(void)
{
	catch_traps();
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_TRAP | 55, 0));
	for (int i = 0; i < 3; i++)
		printf("getuid: %ld\n", pass(SYS_getuid));
	printf("traps: %d\n", (int)traps);
}

static void kills_by_trap(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_TRAP, 0));
	pass(SYS_getuid);
}

static void kills_process(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_KILL_PROCESS, 0));
	pass(SYS_getuid);
}

static void kills_thread(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_KILL_THREAD, 0));
	pass(SYS_getuid);
}

static void logs(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_LOG, SECCOMP_FILTER_FLAG_LOG));
	printf("getuid: %ld\n", pass(SYS_getuid));
}

static void strict(void)
{
	printf("set: %ld\n", pass(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	pass(SYS_write, STDOUT_FILENO, "may write\n", 10);
	pass(SYS_getuid);
}

static void nobody_traces(void)
{
	printf("set: %d\n", filter(SYS_getuid, SECCOMP_RET_TRACE | 3, 0));
	printf("getuid without a tracer: %ld\n", pass(SYS_getuid));
}

static void set_number(pid_t child, registers *regs, long number)
{
#ifdef PT_SET_SYSCALL
	(void)regs;
	ptrace(PTRACE_SET_SYSCALL, child, NULL, number);
#else
	(void)child;
	TRACED_NUMBER(*regs) = (unsigned long)number;
#endif
}

/* The tracer lets the first call pass, gives a result to the second, makes another of the third, kills at the fourth */
static void tracer_decides(void)
{
	unsigned long message;
	registers regs;
	int status, event = 0;
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		filter(SYS_getuid, SECCOMP_RET_TRACE | 33, 0);
		for (int i = 0; i < 4; i++)
			printf("getuid: %ld\n", pass(SYS_getuid));
		_exit(0);
	}
	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL);
	for (;;) {
		ptrace(PTRACE_CONT, child, NULL, NULL);
		waitpid(child, &status, 0);
		if (!WIFSTOPPED(status))
			break;
		ptrace(PTRACE_GETEVENTMSG, child, NULL, &message);
		ptrace(PTRACE_GETREGS, child, NULL, &regs);
		printf("status %#x, message %lu, number %ld, result %ld\n", status, message, (long)TRACED_NUMBER(regs),
			(long)TRACED_RESULT(regs));
		if (event == 1) {
			set_number(child, &regs, -1);
			TRACED_RESULT(regs) = 1234;
		} else if (event == 2) {
			set_number(child, &regs, SYS_umask);
			TRACED_ARGUMENT(regs) = 077;
		} else if (event == 3) {
			kill(child, SIGKILL);
		}
		ptrace(PTRACE_SETREGS, child, NULL, &regs);
		event++;
	}
	printf("status %#x\n", status);
}

static void on_user_signal(int number)
{
	(void)number;
}

/* The first call gets a result, the second an error, the third passes, the fourth is interrupted by a signal */
static void supervisor_answers(void)
{
	struct sigaction action = { .sa_handler = on_user_signal };
	struct seccomp_notif_resp response;
	struct seccomp_notif request;
	long *results = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, listener;
	pid_t child;

	sigaction(SIGUSR1, &action, NULL);
	listener = filter(SYS_getgid, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	printf("listener: %d\n", listener >= 0);
	child = fork();
	if (child == 0) {
		for (int i = 0; i < 4; i++)
			results[i] = pass(SYS_getgid, 1, 2, 3, 4, 5, 6);
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		memset(&request, 0, sizeof(request));
		memset(&response, 0, sizeof(response));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request))
			printf("receive: %d\n", errno);
		printf("number %d, architecture %#x, arguments", request.data.nr, request.data.arch);
		for (int k = 0; k < 6; k++)
			printf(" %llu", request.data.args[k]);
		printf(", from the child: %d\n", request.pid == (unsigned int)child);
		response.id = request.id;
		if (i == 0)
			response.val = 4711;
		else if (i == 1)
			response.error = -EXFULL;
		else
			response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		if (i == 3) {
			kill(child, SIGUSR1);
			while (!ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request.id))
				usleep(1000);
		}
		printf("answer: %d\n", ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) ? errno : 0);
	}
	waitpid(child, &status, 0);
	printf("results %ld %ld %ld %ld, status %#x\n", results[0], results[1], results[2], results[3], status);
}

static void user_dispatch(void)
{
	catch_traps();
	printf("set: %ld\n", pass(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector));
	for (int i = 0; i < 3; i++) {
		long result;

		selector = SYSCALL_DISPATCH_FILTER_BLOCK;
		result = pass(SYS_getuid + i, 1, 2, 3);
		printf("%d: %ld, allowed: %ld\n", SYS_getuid + i, result, pass(SYS_getuid));
	}
	selector = SYSCALL_DISPATCH_FILTER_BLOCK;
	printf("unknown: %ld\n", pass(9999));
	printf("traps: %d\n", (int)traps);
	printf("off: %ld\n", pass(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0));
	selector = SYSCALL_DISPATCH_FILTER_BLOCK;
	printf("getuid: %ld\n", pass(SYS_getuid));
}

/* A wrong selector is the end */
static void wild_dispatch(void)
{
	catch_traps();
	selector = 99;
	printf("set: %ld\n", pass(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector));
	pass(SYS_getuid);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} cases[] = {
		{ "errors", returns_errors },
		{ "arguments", sees_arguments },
		{ "odd numbers", sees_odd_numbers },
		{ "traps", traps_are_signals },
		{ "killed by a trap", kills_by_trap },
		{ "process killed", kills_process },
		{ "thread killed", kills_thread },
		{ "logged", logs },
		{ "strict", strict },
		{ "no tracer", nobody_traces },
		{ "tracer", tracer_decides },
		{ "supervisor", supervisor_answers },
		{ "user dispatch", user_dispatch },
		{ "user dispatch, wrong selector", wild_dispatch },
	};
	int status;

	if (argc != 2)
		return 97;
	passage_choose(argv[1]);
	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		pid_t child;

		printf("--- %s\n", cases[i].name);
		child = fork();
		if (child == 0) {
			cases[i].run();
			_exit(0);
		}
		waitpid(child, &status, 0);
		printf("--- status %#x\n", status);
	}
	return 0;
}
