// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * callbacks: kernel functions that call a function of the program, on the
 * kernel's stack, and kernel functions whose memory comes from userfaultfd.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call.h"
#include "outcome.h"

#define PAGE 4096UL

enum { NUMBERS = 64 };

static int numbers[NUMBERS];
static unsigned long msleep_of_kernel;
static volatile sig_atomic_t caught, caught_in_callback;
static volatile int calls;
static __thread int calls_of_thread;

static void count(int number)
{
	(void)number;
	caught++;
}

static void alarm_often(void)
{
	struct itimerval often = { .it_interval = { .tv_usec = 2000 }, .it_value = { .tv_usec = 2000 } };

	signal(SIGALRM, count);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* The other one wants the CPU, too: all of this is preempted */
static void compete(void)
{
	pid_t parent = getpid();

	if (fork() == 0)
		while (getppid() == parent)
			for (volatile int i = 0; i < 10000; i++)
				;
}

static int compare(const void *one, const void *other)
{
	calls++;
	calls_of_thread++;
	return *(const int *)one - *(const int *)other;
}

/* What is left to do when all went well: 0 */
static long sort_by(int (*comparison)(const void *, const void *))
{
	long bad = 0;

	for (int i = 0; i < NUMBERS; i++)
		numbers[i] = i * 37 % NUMBERS;
	call(lookup("sort"), numbers, NUMBERS, sizeof(*numbers), comparison, NULL);
	for (int i = 0; i < NUMBERS; i++)
		bad += numbers[i] != i;
	return bad;
}

static long sorts(void)
{
	return sort_by(compare) ? -1 : calls > NUMBERS && calls == calls_of_thread;
}

static long searches(void)
{
	int key = 42;

	for (int i = 0; i < NUMBERS; i++)
		numbers[i] = i;
	return (int *)call(lookup("bsearch"), &key, numbers, NUMBERS, sizeof(*numbers), compare) == &numbers[42];
}

static char *volatile fresh_memory;

static int compare_and_touch(const void *one, const void *other)
{
	fresh_memory[(size_t)calls * PAGE]++;
	return compare(one, other);
}

static long memory_that_is_not_there(void)
{
	long bad;

	fresh_memory = mmap(NULL, 4096 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(fresh_memory, 4096 * PAGE, MADV_NOHUGEPAGE);
	bad = sort_by(compare_and_touch);
	for (int i = 0; i < calls; i++)
		bad += fresh_memory[(size_t)i * PAGE] != 1;
	return bad;
}

static int compare_slowly(const void *one, const void *other)
{
	for (volatile int i = 0; i < 30000; i++)
		;
	caught_in_callback += caught;
	return compare(one, other);
}

/* Signals wait until the function has returned */
static long signals_come_afterwards(void)
{
	long bad;

	alarm_often();
	bad = sort_by(compare_slowly);
	return bad + caught_in_callback + !caught;
}

static long preemption(void)
{
	compete();
	return sort_by(compare_slowly);
}

/* A leaf that keeps its data below RSP, as compilers do, for longer than a tick */
static int compare_in_red_zone(const void *one, const void *other)
{
	long result = *(const int *)one - *(const int *)other, intact;

	__asm__ volatile("movq %1, -8(%%rsp); movq %1, -64(%%rsp); movq %1, -128(%%rsp)\n"
			 "movl $60000, %%ecx; 1: loop 1b\n"
			 "xorl %k0, %k0; cmpq %1, -8(%%rsp); jne 2f; cmpq %1, -64(%%rsp); jne 2f; cmpq %1, -128(%%rsp); jne 2f\n"
			 "movl $1, %k0; 2:"
			 : "=&r"(intact)
			 : "r"(result)
			 : "rcx", "memory", "cc");
	calls += !intact;
	return (int)result;
}

static long red_zone(void)
{
	alarm_often();
	return sort_by(compare_in_red_zone) ? -1 : calls;
}

/* A callback is in the kernel already: it calls its functions as the kernel does */
static int compare_after_sleep(const void *one, const void *other)
{
	if (calls < 5)
		((void (*)(unsigned int))(uintptr_t)msleep_of_kernel)(5);
	return compare(one, other);
}

static long sleeps(void)
{
	alarm_often();
	return sort_by(compare_after_sleep);
}

static long many_times(void)
{
	long bad = 0;

	alarm_often();
	compete();
	for (int i = 0; i < 50; i++)
		bad += sort_by(compare);
	return bad;
}

/* Memory that another thread brings */

static int faults_fd;

static void *serve_faults(void *unused)
{
	static char content[PAGE] __attribute__((aligned(4096)));
	struct uffd_msg message;

	memset(content, 'x', PAGE - 1);
	while (read(faults_fd, &message, sizeof(message)) == sizeof(message)) {
		struct uffdio_copy copy = { .dst = message.arg.pagefault.address & ~(PAGE - 1), .src = (uintptr_t)content,
			.len = PAGE };

		usleep(20000);
		ioctl(faults_fd, UFFDIO_COPY, &copy);
	}
	return unused;
}

static char *watched_memory(size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	area.range.start = (uintptr_t)memory;
	area.range.len = size;
	faults_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults_fd < 0 || ioctl(faults_fd, UFFDIO_API, &api) || ioctl(faults_fd, UFFDIO_REGISTER, &area))
		err(5, "userfaultfd");
	return memory;
}

static long user_fault_of_a_function(void)
{
	char *memory = watched_memory(4 * PAGE);
	pthread_t thread;

	pthread_create(&thread, NULL, serve_faults, NULL);
	if (call(lookup("strlen"), memory) != (long)PAGE - 1)
		return -1;
	call(lookup("__memset"), memory + PAGE + 10, 0, 2 * PAGE);
	return memory[PAGE] == 'x' && memory[PAGE + 10] == 0 && memory[3 * PAGE + 9] == 0 && memory[3 * PAGE + 10] == 'x';
}

static long user_fault_with_signals(void)
{
	alarm_often();
	return user_fault_of_a_function();
}

/* Nobody brings it: the process is killed while it waits */
static long killed_in_a_user_fault(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		call(lookup("strlen"), watched_memory(PAGE));
		_exit(0);
	}
	usleep(200000);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

#define ATTEMPT(name) { #name, name }

int main(void)
{
	static const struct attempt attempts[] = {
		ATTEMPT(sorts),
		ATTEMPT(searches),
		ATTEMPT(memory_that_is_not_there),
		ATTEMPT(signals_come_afterwards),
		ATTEMPT(preemption),
		ATTEMPT(red_zone),
		ATTEMPT(sleeps),
		ATTEMPT(many_times),
		ATTEMPT(user_fault_of_a_function),
		ATTEMPT(user_fault_with_signals),
		ATTEMPT(killed_in_a_user_fault),
	};

	msleep_of_kernel = lookup("msleep");
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
