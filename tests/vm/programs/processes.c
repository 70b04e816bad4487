// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * processes WAY: how processes and threads begin, are timed, and end, with
 * system calls by WAY (instruction or gate).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "outcome.h"
#include "passage.h"

#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)


static volatile sig_atomic_t caught;
static volatile pid_t caught_in;

static void count(int number)
{
	(void)number;
	caught++;
	caught_in = (pid_t)syscall(SYS_gettid);
}

static long status_of(pid_t pid)
{
	int status;

	if (pid < 0 || pass(SYS_wait4, pid, &status, 0, NULL) != pid)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static long exec(const char *path, const char *argument)
{
	char *arguments[] = { (char *)path, (char *)argument, NULL }, *environment[] = { NULL };
	pid_t pid = (pid_t)pass(SYS_fork);

	if (pid == 0)
		pass(SYS_exit, 1000 + pass(SYS_execve, path, arguments, environment));
	return status_of(pid);
}

/* The exit statuses are those of mode.c and of compat.S, which says 3 in ring 3 */

static long exec_of_an_ordinary_program(void)
{
	return exec("/bin/mode", NULL);
}

static long exec_of_a_trusted_program(void)
{
	return exec("/trusted/mode", NULL);
}

static long exec_of_32_bits(void)
{
	return exec("/bin/compat", NULL);
}

static long exec_of_trusted_32_bits(void)
{
	return exec("/trusted/compat", NULL);
}

static long exec_of_32_bits_and_back(void)
{
	return exec("/bin/compat", "/trusted/mode");
}

static long exec_of_nothing(void)
{
	return exec("/bin/nothing", NULL) != ENOENT;
}

static void *exec_in_thread(void *unused)
{
	char *arguments[] = { "/bin/mode", NULL }, *environment[] = { NULL };

	(void)unused;
	pass(SYS_execve, arguments[0], arguments, environment);
	return NULL;
}

/* It takes over the process of the first thread */
static long exec_by_a_thread(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pthread_t thread;

		pthread_create(&thread, NULL, exec_in_thread, NULL);
		for (;;)
			pass(SYS_pause);
	}
	return status_of(pid);
}

static long spawned(void)
{
	char *arguments[] = { "/bin/mode", NULL }, *environment[] = { NULL };
	pid_t pid;

	return posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environment) ? -1 : status_of(pid);
}

static long vforked(void)
{
	char *arguments[] = { "/bin/mode", NULL }, *environment[] = { NULL };
	pid_t pid = vfork();

	if (pid == 0) {
		execve(arguments[0], arguments, environment);
		_exit(99);
	}
	return status_of(pid);
}

static long forks_under_a_storm_of_signals(void)
{
	struct itimerval often = { .it_interval = { .tv_usec = 300 }, .it_value = { .tv_usec = 300 } };
	long bad = 0;

	signal(SIGALRM, count);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 50; i++) {
		pid_t pid = (pid_t)pass(SYS_fork);

		if (pid == 0)
			pass(SYS_exit_group, 7);
		bad += status_of(pid) != 7;
	}
	return bad;
}

/*
 * A child of clone with a stack of its own begins, by the gate, with a RET
 * from that stack; here also by the instruction.
 */
long processes_clone(long number, long first, long second, long third, long fourth, long fifth);
__asm__(".pushsection .text\n"
	"processes_clone:\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	movq %rdx, %rsi\n"
	"	movq %rcx, %rdx\n"
	"	movq %r8, %r10\n"
	"	movq %r9, %r8\n"
	"	cmpq $0, passage_gate(%rip)\n"
	"	jne 1f\n"
	"	syscall\n"
	"	ret\n"
	"1:	jmp *passage_gate(%rip)\n"
	".popsection\n");

static struct {
	unsigned int alive;	/* cleared and woken by the kernel when the thread has ended */
	int value;
	char stack[32768] __attribute__((aligned(16)));
} clone_of_us;

/* No C library here: the thread has no memory of its own for it */
__attribute__((noreturn)) static void thread_begins(void)
{
	clone_of_us.value = (int)pass(SYS_getppid);
	for (;;)
		pass(SYS_exit, 5);
}

static unsigned long *prepared_stack(void)
{
	/* As after a CALL of the function */
	unsigned long *top = (unsigned long *)(void *)(clone_of_us.stack + sizeof(clone_of_us.stack) - 64) - 1;

	*top = (uintptr_t)thread_begins;
	clone_of_us.alive = 1;
	return top;
}

static long ended_well(long tid)
{
	if (tid < 0)
		return tid;
	while (*(volatile unsigned int *)&clone_of_us.alive)
		pass(SYS_futex, &clone_of_us.alive, FUTEX_WAIT, 1, NULL);
	return clone_of_us.value == getppid();
}

static long thread_by_clone(void)
{
	return ended_well(processes_clone(SYS_clone, THREAD_FLAGS | CLONE_CHILD_CLEARTID, (long)prepared_stack(), 0,
		(long)&clone_of_us.alive, 0));
}

static long thread_by_clone3(void)
{
	unsigned long *top = prepared_stack();
	struct clone_args arguments = { .flags = THREAD_FLAGS | CLONE_CHILD_CLEARTID,
		.child_tid = (uintptr_t)&clone_of_us.alive,
		.stack = (uintptr_t)clone_of_us.stack,
		.stack_size = (uintptr_t)top - (uintptr_t)clone_of_us.stack };

	return ended_well(processes_clone(SYS_clone3, (long)&arguments, sizeof(arguments), 0, 0, 0));
}

static long process_in_our_memory(void)
{
	long pid = processes_clone(SYS_clone, CLONE_VM | SIGCHLD, (long)prepared_stack(), 0, 0, 0);

	return status_of((pid_t)pid) == 5 && clone_of_us.value == getpid();
}

static long vfork_by_clone3(void)
{
	unsigned long *top = prepared_stack();
	struct clone_args arguments = { .flags = CLONE_VM | CLONE_VFORK,
		.exit_signal = SIGCHLD,
		.stack = (uintptr_t)clone_of_us.stack,
		.stack_size = (uintptr_t)top - (uintptr_t)clone_of_us.stack };
	long pid = processes_clone(SYS_clone3, (long)&arguments, sizeof(arguments), 0, 0, 0);

	return clone_of_us.value == getpid() && status_of((pid_t)pid) == 5;
}

/* Ends of processes whose threads are in system calls */

static void *sleep_for_ever(void *unused)
{
	struct timespec long_time = { .tv_sec = 1000 };

	(void)unused;
	for (;;)
		pass(SYS_nanosleep, &long_time, NULL);
	return NULL;
}

static void *read_for_ever(void *unused)
{
	int fds[2];
	char byte;

	(void)unused;
	if (!pipe(fds))
		for (;;)
			pass(SYS_read, fds[0], &byte, 1);
	return NULL;
}

static void *call_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pass(SYS_getppid);
	return NULL;
}

static pid_t fork_with_threads(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		void *(*const works[])(void *) = { sleep_for_ever, read_for_ever, call_for_ever };
		pthread_t thread;

		for (int i = 0; i < 6; i++)
			pthread_create(&thread, NULL, works[i % 3], NULL);
		usleep(50000);
	}
	return pid;
}

static long exit_group_with_threads(void)
{
	pid_t pid = fork_with_threads();

	if (pid == 0)
		pass(SYS_exit_group, 9);
	return status_of(pid);
}

static long fault_with_threads(void)
{
	pid_t pid = fork_with_threads();

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		__asm__ volatile("movl $1, 16" : : : "memory");
	}
	return status_of(pid);
}

static long kill_with_threads(void)
{
	pid_t pid = fork_with_threads();

	if (pid == 0)
		sleep_for_ever(NULL);
	usleep(100000);
	pass(SYS_kill, pid, SIGKILL);
	return status_of(pid);
}

static long kill_of_a_sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0)
		read_for_ever(NULL);
	usleep(20000);
	kill(pid, SIGKILL);
	return status_of(pid);
}

/* The grandchild is told when its parent dies, in the middle of a call, and ends what we read from */
static long death_of_the_parent(void)
{
	int fds[2];
	char byte;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (pid == 0) {
		if (fork() == 0) {
			pass(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			(void)!write(fds[1], "x", 1);
			sleep_for_ever(NULL);
		}
		close(fds[1]);
		sleep_for_ever(NULL);
	}
	close(fds[1]);
	if (read(fds[0], &byte, 1) != 1)
		return -2;
	kill(pid, SIGKILL);
	return pass(SYS_read, fds[0], &byte, 1);
}

/* Robust futexes: who gets the lock learns that its owner has died */

static pthread_mutex_t *robust_mutex(void)
{
	pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(mutex, &attributes);
	return mutex;
}

static void *lock_and_end(void *mutex)
{
	pthread_mutex_lock(mutex);
	pass(SYS_exit, 0);
	return NULL;
}

static long robust_mutex_of_a_thread(void)
{
	pthread_mutex_t *mutex = robust_mutex();
	pthread_t thread;

	pthread_create(&thread, NULL, lock_and_end, mutex);
	pthread_join(thread, NULL);
	return pthread_mutex_lock(mutex) == EOWNERDEAD;
}

static long robust_mutex_of_a_killed_process(void)
{
	pthread_mutex_t *mutex = robust_mutex();
	pid_t pid = fork();

	if (pid == 0) {
		pthread_mutex_lock(mutex);
		sleep_for_ever(NULL);
	}
	usleep(50000);
	kill(pid, SIGKILL);
	return pthread_mutex_lock(mutex) == EOWNERDEAD && status_of(pid) == 1000 + SIGKILL;
}

/* Timers */

static long interval_timer(int which, int number)
{
	struct itimerval often = { .it_interval = { .tv_usec = 5000 }, .it_value = { .tv_usec = 5000 } };

	signal(number, count);
	pass(SYS_setitimer, which, &often, NULL);
	while (caught < 5)
		pass(SYS_getppid);
	return 1;
}

static long timer_of_real_time(void)
{
	return interval_timer(ITIMER_REAL, SIGALRM);
}

static long timer_of_profiling(void)
{
	return interval_timer(ITIMER_PROF, SIGPROF);
}

/* The time of a program is its own, whatever its privilege */
static long timer_of_virtual_time(void)
{
	struct itimerval often = { .it_interval = { .tv_usec = 5000 }, .it_value = { .tv_usec = 5000 } };
	struct rusage usage;

	signal(SIGVTALRM, count);
	pass(SYS_setitimer, ITIMER_VIRTUAL, &often, NULL);
	while (caught < 20)
		;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_utime.tv_usec + usage.ru_utime.tv_sec * 1000000 >
		usage.ru_stime.tv_usec + usage.ru_stime.tv_sec * 1000000;
}

static long posix_timer(int notify)
{
	struct sigevent event = { .sigev_notify = notify, .sigev_signo = SIGUSR1 };
	struct itimerspec often = { .it_interval = { .tv_nsec = 3000000 }, .it_value = { .tv_nsec = 3000000 } };
	pid_t tid = (pid_t)syscall(SYS_gettid);
	int timer = 0;
	long result;

	event._sigev_un._tid = tid;
	signal(SIGUSR1, count);
	result = pass(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer);
	if (!result)
		result = pass(SYS_timer_settime, timer, 0, &often, NULL);
	while (!result && caught < 10)
		pass(SYS_pause);
	return result ? result : caught_in == tid;
}

static long posix_timer_of_process(void)
{
	return posix_timer(SIGEV_SIGNAL);
}

static long posix_timer_of_thread(void)
{
	return posix_timer(SIGEV_THREAD_ID);
}

static long timer_descriptor(void)
{
	struct itimerspec often = { .it_interval = { .tv_nsec = 3000000 }, .it_value = { .tv_nsec = 3000000 } };
	int fd = (int)pass(SYS_timerfd_create, CLOCK_MONOTONIC, 0);
	uint64_t expired, total = 0;

	pass(SYS_timerfd_settime, fd, 0, &often, NULL);
	while (total < 10 && pass(SYS_read, fd, &expired, sizeof(expired)) == sizeof(expired))
		total += expired;
	return total >= 10;
}

/* Alternate stacks that are off while a handler runs on them */

static volatile long flags_in_handler = -1;

static void look_at_stack(int number)
{
	stack_t stack;

	(void)number;
	pass(SYS_sigaltstack, NULL, &stack);
	flags_in_handler = stack.ss_flags;
}

static long autodisarm(void)
{
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory), .ss_flags = (int)(1U << 31) /* SS_AUTODISARM */ };
	struct sigaction action = { .sa_handler = look_at_stack, .sa_flags = SA_ONSTACK };

	pass(SYS_sigaltstack, &stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	pass(SYS_kill, getpid(), SIGUSR1);
	pass(SYS_sigaltstack, NULL, &stack);
	return flags_in_handler == SS_DISABLE && stack.ss_flags == (int)(1U << 31) && stack.ss_sp == memory;
}

/* Restartable sequences: a signal in one sends the program to its abort */
static long restartable_sequence(void)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	struct itimerval often = { .it_interval = { .tv_usec = 3000 }, .it_value = { .tv_usec = 3000 } };
	long aborts = 0;

	if (!__rseq_size)
		return -1;
	signal(SIGALRM, count);
	setitimer(ITIMER_REAL, &often, NULL);
	while (aborts < 20 && caught < 1000) {
		long aborted = 0;

		__asm__ volatile(".pushsection .data, \"aw\"; .balign 32\n"
				 "11: .long 0, 0; .quad 1f, 2f - 1f, 4f; .popsection\n"
				 "leaq 11b(%%rip), %%rax; movq %%rax, %1\n"
				 "1: movl $100000000, %%ecx; 3: loop 3b; 2:\n"
				 "jmp 5f\n"
				 ".byte 0x0f, 0xb9, 0x3d; .long 0x53053053\n" /* the signature stands before the abort */
				 "4: movl $1, %k0; 5:"
				 : "+r"(aborted), "=m"(area->rseq_cs)
				 :
				 : "rax", "rcx", "memory", "cc");
		aborts += aborted;
		pass(SYS_getppid);
	}
	return aborts;
}

/* Sequences must not contain system calls; one that does is not left in disorder */
static long restartable_sequence_with_a_call(void)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);

	__asm__ volatile(".pushsection .data, \"aw\"; .balign 32\n"
			 "11: .long 0, 0; .quad 1f, 2f - 1f, 4f; .popsection\n"
			 "lea -128(%%rsp), %%rsp\n"
			 "leaq 11b(%%rip), %%rax; movq %%rax, %0\n"
			 "1: movl $24, %%eax; cmpq $0, passage_gate(%%rip); jne 6f; syscall; jmp 2f; 6: call *passage_gate(%%rip); 2:\n"
			 "jmp 5f\n"
			 ".byte 0x0f, 0xb9, 0x3d; .long 0x53053053\n"
			 "4: nop; 5: lea 128(%%rsp), %%rsp"
			 : "=m"(area->rseq_cs)
			 :
			 : "rax", "rcx", "r11", "memory", "cc");
	pass(SYS_sched_yield);
	usleep(1000);
	return 1;
}

/* What system calls other than those of a range are turned into */
static volatile char dispatch_selector;

static void on_sigsys(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	dispatch_selector = 0;
	caught = info->si_syscall;
}

static long user_dispatch(void)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
	if (pass(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &dispatch_selector))
		return -1;
	dispatch_selector = 1;
	pass(SYS_getppid);
	return caught;
}

#define ATTEMPT(name) { #name, name }

int main(int argc, char **argv)
{
	static const struct attempt attempts[] = {
		ATTEMPT(exec_of_an_ordinary_program),
		ATTEMPT(exec_of_a_trusted_program),
		ATTEMPT(exec_of_32_bits),
		ATTEMPT(exec_of_trusted_32_bits),
		ATTEMPT(exec_of_32_bits_and_back),
		ATTEMPT(exec_of_nothing),
		ATTEMPT(exec_by_a_thread),
		ATTEMPT(spawned),
		ATTEMPT(vforked),
		ATTEMPT(forks_under_a_storm_of_signals),
		ATTEMPT(thread_by_clone),
		ATTEMPT(thread_by_clone3),
		ATTEMPT(process_in_our_memory),
		ATTEMPT(vfork_by_clone3),
		ATTEMPT(exit_group_with_threads),
		ATTEMPT(fault_with_threads),
		ATTEMPT(kill_with_threads),
		ATTEMPT(kill_of_a_sleeper),
		ATTEMPT(death_of_the_parent),
		ATTEMPT(robust_mutex_of_a_thread),
		ATTEMPT(robust_mutex_of_a_killed_process),
		ATTEMPT(timer_of_real_time),
		ATTEMPT(timer_of_profiling),
		ATTEMPT(timer_of_virtual_time),
		ATTEMPT(posix_timer_of_process),
		ATTEMPT(posix_timer_of_thread),
		ATTEMPT(timer_descriptor),
		ATTEMPT(autodisarm),
		ATTEMPT(restartable_sequence),
		ATTEMPT(restartable_sequence_with_a_call),
		ATTEMPT(user_dispatch),
	};

	if (argc != 2)
		return 2;
	passage_choose(argv[1]);
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
