// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel functions, kernel data and system calls by name, through kml-link:
 * the results, sleeping, signals, and what must survive the passage.
 */
#include <kml/kml.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "addresses.h"
#include "registers.h"

/* The kernel's time, whatever libc's is */
struct timespec64 {
	long long tv_sec;
	long tv_nsec;
};

/* The kernel's */
extern long schedule_timeout_uninterruptible(long ticks);
extern long schedule_timeout_interruptible(long ticks);
extern void schedule(void);
extern void msleep(unsigned int milliseconds);
extern unsigned long msleep_interruptible(unsigned int milliseconds);
extern int64_t ktime_get_real_seconds(void);
extern void ktime_get_real_ts64(struct timespec64 *time);
extern void set_normalized_timespec64(struct timespec64 *time, int64_t seconds, int64_t nanoseconds);
extern int64_t mktime64(unsigned int year, unsigned int month, unsigned int day, unsigned int hour, unsigned int minute,
	unsigned int second);
extern uint64_t nsecs_to_jiffies64(uint64_t nanoseconds);
extern int scnprintf(char *buffer, size_t size, const char *format, ...);
extern int hex_to_bin(unsigned char digit);
extern unsigned long int_sqrt(unsigned long x);
extern volatile unsigned long jiffies;
extern char linux_banner[];
extern long sys_getppid(void);
extern long sys_read(int fd, void *buffer, size_t size);
extern long sys_write(int fd, const void *buffer, size_t size);
extern long sys_pipe2(int *fds, int flags);
extern long sys_nanosleep(const struct timespec *request, struct timespec *remaining);
extern long sys_clock_gettime(clockid_t clock, struct timespec *ts);
extern long sys_futex(unsigned int *word, int operation, unsigned int value, const struct timespec *timeout,
	unsigned int *word2, unsigned int value3);
extern long sys_fork(void);
extern long sys_exit_group(int status);
extern long sys_execve(const char *path, char *const *argv, char *const *envp);

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void alarm_in(int milliseconds, int flags)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = { .it_value = { .tv_usec = milliseconds * 1000 } };

	alarms = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Processors of ARM machines run at the same time, and a busy host lets each wait: they are late, and make up for ticks */
#ifdef __arm__
#define LATE_BY 5.0
#define AT_LEAST 0.5
#else
#define LATE_BY 1.0
#define AT_LEAST 0.95
#endif

#define assert_took(start, seconds) \
	do { \
		double took_ = now() - (start); \
		if (took_ < (seconds) * AT_LEAST || took_ > (seconds) + LATE_BY) \
			fail_msg("took %.3f s instead of %.3f", took_, (double)(seconds)); \
	} while (0)

static void runs_in_ring_0(void **state)
{
	(void)state;
	assert_int_equal(kml_cpl(), 0);
	assert_int_equal(getauxval(AT_KML_ABI), KML_ABI_VERSION);
}

static void functions_return_what_they_compute(void **state)
{
	(void)state;
	assert_int_equal(hex_to_bin('c'), 12);
	assert_int_equal(hex_to_bin('x'), -1);
	assert_int_equal(int_sqrt(1000000), 1000);
	assert_in_range(ktime_get_real_seconds(), time(NULL) - 2, time(NULL) + 2);
}

/* Six arguments, and such as take two registers or more than there are */
static void arguments_arrive_wherever_they_travel(void **state)
{
	struct timespec64 time = { 0, 0 };
	char text[40];

	(void)state;
	assert_true(nsecs_to_jiffies64(3000000000000) == 750000); /* HZ is 250 */
	assert_true(mktime64(2106, 2, 7, 6, 28, 16) == 4294967296);
	set_normalized_timespec64(&time, 8589934592, -1);
	assert_true(time.tv_sec == 8589934591 && time.tv_nsec == 999999999);
	assert_int_equal(scnprintf(text, sizeof(text), "%d %s %lx", -1, "two", 3L), 8);
	assert_string_equal(text, "-1 two 3");
}

static void data_is_the_kernels_own(void **state)
{
	unsigned long before = jiffies;

	(void)state;
	assert_memory_equal(linux_banner, "Linux version ", 14);
	usleep(100000);
	assert_true(jiffies > before);
}

/* A function of the kernel writes to memory of the program, present or not */
static void function_may_touch_program_memory(void **state)
{
	static struct timespec64 in_bss[2 * 4096 / sizeof(struct timespec64)];
	struct timespec64 on_stack;
	struct timespec64 *fresh = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct timespec64 *distant = mmap((void *)FAR_FROM_EVERYTHING, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	(void)state;
	ktime_get_real_ts64(&on_stack);
	ktime_get_real_ts64(&in_bss[200]);
	ktime_get_real_ts64(fresh);
	ktime_get_real_ts64(distant);
	assert_in_range(on_stack.tv_sec, time(NULL) - 2, time(NULL) + 2);
	assert_in_range(in_bss[200].tv_sec, on_stack.tv_sec, on_stack.tv_sec + 2);
	assert_in_range(fresh->tv_sec, on_stack.tv_sec, on_stack.tv_sec + 2);
	assert_in_range(distant->tv_sec, on_stack.tv_sec, on_stack.tv_sec + 2);
	munmap(fresh, 4096);
	munmap(distant, 4096);
}

static void system_calls_answer_as_the_instruction_does(void **state)
{
	int fds[2];
	char text[6] = "";
	struct timespec ts;

	(void)state;
	assert_int_equal(sys_getppid(), getppid());
	assert_int_equal(sys_pipe2(fds, 0), 0);
	assert_int_equal(sys_write(fds[1], "hello", 5), 5);
	assert_int_equal(sys_read(fds[0], text, 5), 5);
	assert_string_equal(text, "hello");
	assert_int_equal(sys_write(fds[1], (void *)16, 5), -EFAULT);
	assert_int_equal(sys_read(-1, text, 5), -EBADF);
	assert_int_equal(sys_clock_gettime(CLOCK_MONOTONIC, &ts), 0);
	assert_int_equal(sys_clock_gettime(9999, &ts), -EINVAL);
	close(fds[0]);
	close(fds[1]);
}

/* Kernel addresses are no user memory, whoever asks */
static void kernel_addresses_are_no_buffers(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(sys_pipe2(fds, 0), 0);
	assert_int_equal(sys_write(fds[1], linux_banner, 5), -EFAULT);
	assert_int_equal(syscall(SYS_write, fds[1], linux_banner, 5), -1);
	assert_int_equal(errno, EFAULT);
	close(fds[0]);
	close(fds[1]);
}

static void all_six_arguments_arrive(void **state)
{
	unsigned int word = 5;
	struct timespec timeout = { .tv_nsec = 50000000 };
	double start = now();

	(void)state;
	/* FUTEX_WAIT_BITSET_PRIVATE takes an absolute time and uses the sixth argument */
	assert_int_equal(sys_futex(&word, 9 | 128, 5, &timeout, NULL, 0), -EINVAL);
	assert_int_equal(sys_futex(&word, 9 | 128, 5, &timeout, NULL, 1), -ETIMEDOUT);
	assert_int_equal(sys_futex(&word, 128, 5, &timeout, NULL, 0), -ETIMEDOUT);
	assert_took(start, 0.05);
}

static void unknown_system_call(void **state)
{
	(void)state;
	assert_int_equal(system_call_of_number(getauxval(AT_KML_SYSCALL_GATE), 9999), -ENOSYS);
}

static void functions_that_schedule(void **state)
{
	double start = now();

	(void)state;
	assert_int_equal(schedule_timeout_uninterruptible(50), 0); /* HZ is 250 */
	assert_took(start, 0.2);
	start = now();
	msleep(150);
	assert_took(start, 0.15);
	for (int i = 0; i < 100; i++)
		schedule();
}

static void signal_ends_an_interruptible_sleep(void **state)
{
	double start = now();

	(void)state;
	alarm_in(100, 0);
	assert_true(schedule_timeout_interruptible(1000) > 500);
	assert_took(start, 0.1);
	assert_int_equal(alarms, 1);
	start = now();
	alarm_in(100, 0);
	assert_true(msleep_interruptible(5000) > 1000);
	assert_took(start, 0.1);
	assert_int_equal(alarms, 1);
}

static void system_call_is_restarted_through_the_gate(void **state)
{
	int fds[2], status;
	char byte = 0;
	double start = now();
	pid_t child;

	(void)state;
	assert_int_equal(sys_pipe2(fds, 0), 0);
	child = fork();
	if (child == 0) {
		usleep(300000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	alarm_in(100, SA_RESTART);
	assert_int_equal(sys_read(fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	assert_int_equal(alarms, 1);
	assert_took(start, 0.3);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
}

static void system_call_is_interrupted_through_the_gate(void **state)
{
	struct timespec request = { .tv_sec = 3 }, remaining = { 0 };
	double start = now();

	(void)state;
	alarm_in(100, 0);
	assert_int_equal(sys_nanosleep(&request, &remaining), -EINTR);
	assert_int_equal(remaining.tv_sec, 2);
	assert_took(start, 0.1);
}

static sigjmp_buf back;

static void jump_back(int number)
{
	(void)number;
	siglongjmp(back, 1);
}

static void handler_may_leave_a_gate_by_longjmp(void **state)
{
	struct itimerval timer = { .it_value = { .tv_usec = 50000 } };

	(void)state;
	signal(SIGALRM, jump_back);
	for (volatile int i = 0; i < 3; i++)
		if (!sigsetjmp(back, 1)) {
			setitimer(ITIMER_REAL, &timer, NULL);
			msleep_interruptible(5000);
			fail();
		}
}

/* Callee-saved registers, vector registers and the flags that matter */
static void registers_survive(void **state)
{
	register double vector __asm__(VECTOR_REGISTER) = 1234.5;
	register unsigned long one __asm__(PRESERVED_1) = 0x1111, two __asm__(PRESERVED_2) = 0x2222,
			       three __asm__(PRESERVED_3) = 0x3333;

	(void)state;
	for (int i = 0; i < 20; i++) {
		__asm__ volatile("" : IN_VECTOR_REGISTER(vector), "+r"(one), "+r"(two), "+r"(three));
		msleep(2);
		__asm__ volatile("" : "+r"(one), "+r"(two), "+r"(three));
		sys_getppid();
		__asm__ volatile("" : "+r"(one), "+r"(two), "+r"(three));
	}
	assert_true(one == 0x1111 && two == 0x2222 && three == 0x3333);
}

/* Even those that a function may change: the kernel does not compute with them */
static void vector_registers_survive_sleep(void **state)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	unsigned long function = call_with_vector(gate, getauxval(AT_KML_LOOKUP), (unsigned long)"msleep", &(double){ 0 });

	(void)state;
	assert_true(function > KML_LOOKUP_AMBIGUOUS);
	for (int i = 0; i < 20; i++) {
		double number = 1234.5;

		call_with_vector(gate, function, 3, &number);
		assert_true(number == 1234.5);
	}
}

static void nothing_of_the_task_is_left_in_registers(void **state)
{
	unsigned long gate = getauxval(AT_KML_CALL_GATE);
	unsigned long function = call_with_vector(gate, getauxval(AT_KML_LOOKUP), (unsigned long)"hex_to_bin", &(double){ 0 });

	(void)state;
	assert_true(function > KML_LOOKUP_AMBIGUOUS);
	assert_int_equal(left_by_call(gate, function, 'c'), 0);
}

#ifdef __x86_64__
/* In the kernel, NT would make the next IRETQ of whatever task a fault; to the program it belongs, as everywhere */
static void nested_task_flag_stays_with_the_program(void **state)
{
	unsigned long flags;

	(void)state;
	for (int i = 0; i < 20; i++) {
		__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orl $0x4000, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
					 : "memory", "cc");
		msleep(1);
		__asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; popq %0; lea 128(%%rsp), %%rsp" : "=r"(flags) : : "memory");
		assert_true(flags & 0x4000);
	}
	__asm__ volatile("lea -128(%%rsp), %%rsp; pushq $2; popfq; lea 128(%%rsp), %%rsp" : : : "memory", "cc");
}
#endif

static void fork_exec_and_exit_through_the_gate(void **state)
{
	int status;
	pid_t child = (pid_t)sys_fork();

	(void)state;
	if (child == 0)
		sys_exit_group(7);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
	child = (pid_t)sys_fork();
	if (child == 0) {
		char *argv[] = { "/bin/mode", NULL }, *envp[] = { NULL };

		sys_execve(argv[0], argv, envp);
		sys_exit_group(77);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 3); /* the ordinary program is back in ring 3 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_in_ring_0),
		cmocka_unit_test(functions_return_what_they_compute),
		cmocka_unit_test(arguments_arrive_wherever_they_travel),
		cmocka_unit_test(data_is_the_kernels_own),
		cmocka_unit_test(function_may_touch_program_memory),
		cmocka_unit_test(system_calls_answer_as_the_instruction_does),
		cmocka_unit_test(kernel_addresses_are_no_buffers),
		cmocka_unit_test(all_six_arguments_arrive),
		cmocka_unit_test(unknown_system_call),
		cmocka_unit_test(functions_that_schedule),
		cmocka_unit_test(signal_ends_an_interruptible_sleep),
		cmocka_unit_test(system_call_is_restarted_through_the_gate),
		cmocka_unit_test(system_call_is_interrupted_through_the_gate),
		cmocka_unit_test(handler_may_leave_a_gate_by_longjmp),
		cmocka_unit_test(registers_survive),
		cmocka_unit_test(vector_registers_survive_sleep),
		cmocka_unit_test(nothing_of_the_task_is_left_in_registers),
#ifdef __x86_64__
		cmocka_unit_test(nested_task_flag_stays_with_the_program),
#endif
		cmocka_unit_test(fork_exec_and_exit_through_the_gate),
	};

	printf("slide %#lx\n", getauxval(AT_KML_SLIDE));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
