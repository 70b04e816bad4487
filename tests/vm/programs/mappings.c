// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mappings WAY: what programs do to their address space while they use it, with
 * system calls by WAY (instruction or gate).
 */
#include <err.h>
#include <errno.h>
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
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "outcome.h"
#include "passage.h"

#define PAGE	4096UL
#define HUGE	(2UL << 20)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define RW	(PROT_READ | PROT_WRITE)

static volatile sig_atomic_t caught;

static void count(int number)
{
	(void)number;
	caught++;
}

static char *map(size_t size)
{
	return (char *)pass(SYS_mmap, NULL, size, RW, ANON, -1L, 0);
}

static long status_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* int function(void) { return value; } */
static void put_function(void *at, int value)
{
	unsigned char code[] = { 0xb8, (unsigned char)value, 0, 0, 0, 0xc3 };

	memcpy(at, code, sizeof(code));
}

static int run(const void *function)
{
	return ((int (*)(void))(uintptr_t)function)();
}

static long protection_comes_and_goes(void)
{
	char *page = map(PAGE);
	long bad = 0;

	for (int i = 0; i < 100; i++) {
		put_function(page, i);
		pass(SYS_mprotect, page, PAGE, PROT_READ | PROT_EXEC);
		bad += run(page) != i;
		pass(SYS_mprotect, page, PAGE, RW);
	}
	return bad;
}

static long write_after_mprotect(void)
{
	char *page = map(PAGE);

	page[0] = 1;
	pass(SYS_mprotect, page, PAGE, PROT_READ);
	page[0] = 2;
	return 0;
}

static long read_after_munmap(void)
{
	volatile char *page = map(PAGE);

	page[0] = 1;
	pass(SYS_munmap, page, PAGE);
	return page[0];
}

static long read_after_mremap(void)
{
	volatile char *page = map(PAGE);
	volatile char *moved;

	page[0] = 42;
	moved = (volatile char *)pass(SYS_mremap, page, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		(uintptr_t)map(HUGE) + 16 * PAGE);
	if (moved[0] != 42)
		return -1;
	return page[0];
}

static long no_right_to_own_code(void)
{
	extern const char __executable_start, etext;
	uintptr_t start = (uintptr_t)&__executable_start & ~(PAGE - 1);

	return pass(SYS_mprotect, start, ((uintptr_t)&etext - start + PAGE - 1) & ~(PAGE - 1), PROT_NONE);
}

static long madvise_makes_zero(void)
{
	char *memory = map(16 * PAGE);
	long sum = 0;

	memset(memory, 1, 16 * PAGE);
	pass(SYS_madvise, memory, 16 * PAGE, MADV_DONTNEED);
	for (size_t i = 0; i < 16 * PAGE; i++)
		sum += memory[i];
	return sum;
}

/* A huge page that is split, shared with a child and taken apart */
static long huge_page(void)
{
	char *area = map(2 * HUGE), *huge = (char *)(((uintptr_t)area + HUGE - 1) & ~(HUGE - 1));
	pid_t pid;

	pass(SYS_madvise, huge, HUGE, MADV_HUGEPAGE);
	memset(huge, 3, HUGE);
	pid = (pid_t)pass(SYS_fork);
	if (pid == 0) {
		huge[PAGE] = 4;
		pass(SYS_mprotect, huge + 5 * PAGE, PAGE, PROT_READ);
		pass(SYS_exit_group, huge[5 * PAGE] + huge[PAGE]);
	}
	if (status_of(pid) != 7)
		return -1;
	pass(SYS_munmap, huge + 7 * PAGE, PAGE);
	pass(SYS_mprotect, huge + 9 * PAGE, PAGE, PROT_READ | PROT_EXEC);
	huge[8 * PAGE] = 5;
	return huge[PAGE] + huge[6 * PAGE] + huge[8 * PAGE] + huge[9 * PAGE];
}

static long huge_page_with_code(void)
{
	char *area = map(2 * HUGE), *huge = (char *)(((uintptr_t)area + HUGE - 1) & ~(HUGE - 1));

	pass(SYS_madvise, huge, HUGE, MADV_HUGEPAGE);
	memset(huge, 0xc3, HUGE);
	put_function(huge + 77 * PAGE, 7);
	pass(SYS_mprotect, huge, HUGE, PROT_READ | PROT_EXEC);
	return run(huge + 77 * PAGE);
}

/* With five levels of page tables, addresses above 47 bits are for those who ask for them */
static long high_address(void)
{
	char *page = (char *)pass(SYS_mmap, 1UL << 52, 4 * PAGE, RW, ANON, -1L, 0);
	pid_t pid;

	if ((long)page < 0)
		return (long)page;
	put_function(page, 9);
	pass(SYS_mprotect, page, PAGE, PROT_READ | PROT_EXEC);
	page[PAGE] = 4;
	pid = (pid_t)pass(SYS_fork);
	if (pid == 0) {
		page[PAGE]++;
		pass(SYS_exit_group, run(page) + page[PAGE]);
	}
	return status_of(pid) == 14 && page[PAGE] == 4 ? run(page) : -1;
}

/* One page in each of many places that have top-level entries of their own */
static long many_distant_pages(void)
{
	long bad = 0;

	for (uintptr_t place = 1; place < 256; place += 3) {
		char *page = (char *)pass(SYS_mmap, place << 38, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1L, 0);

		if ((long)page < 0)
			continue;
		put_function(page, 5);
		pass(SYS_mprotect, page, PAGE, PROT_READ | PROT_EXEC);
		bad += run(page) != 5;
		if (place % 2)
			pass(SYS_munmap, page, PAGE);
	}
	return bad;
}

static long map_at_kernel_address(void)
{
	return pass(SYS_mmap, 0xffff888000000000, PAGE, RW, ANON | MAP_FIXED, -1L, 0);
}

static long unmap_kernel_address(void)
{
	return pass(SYS_munmap, 0xffff888000000000, PAGE);
}

static long protect_kernel_address(void)
{
	return pass(SYS_mprotect, 0xffffffff80000000, PAGE, RW);
}

/* Of the vDSO all that is here is its place */

static uintptr_t vdso_start(size_t *ret_size)
{
	char line[256], name[64];
	unsigned long start, end;
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps && fgets(line, sizeof(line), maps)) {
		*name = '\0';
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %63s", &start, &end, name) >= 2 && !strcmp(name, "[vdso]")) {
			*ret_size = end - start;
			return start;
		}
	}
	err(5, "vdso");
}

/* Slow and fast ways out of the kernel, signals and restarts */
static long live_on(void)
{
	struct itimerval soon = { .it_value = { .tv_usec = 20000 } };
	struct sigaction action = { .sa_handler = count, .sa_flags = SA_RESTART };
	struct timespec ts = { .tv_nsec = 60000000 }, now;
	int fds[2];
	char byte;
	pid_t pid;
	long bad = 0;

	bad += pass(SYS_getpid) != getpid();
	sigaction(SIGALRM, &action, NULL);
	syscall(SYS_setitimer, ITIMER_REAL, &soon, NULL);
	bad += pass(SYS_nanosleep, &ts, NULL) != -EINTR;
	if (pipe(fds))
		return -1;
	pid = (pid_t)pass(SYS_fork);
	if (pid == 0) {
		ts.tv_nsec = 80000000;
		pass(SYS_nanosleep, &ts, NULL);
		pass(SYS_write, fds[1], "x", 1);
		pass(SYS_exit_group, 0);
	}
	syscall(SYS_setitimer, ITIMER_REAL, &soon, NULL);
	bad += pass(SYS_read, fds[0], &byte, 1) != 1;
	bad += pass(SYS_clock_gettime, CLOCK_MONOTONIC, &now) != 0;
	bad += pass(SYS_sched_yield) != 0;
	bad += status_of(pid) != 0;
	return bad * 100 + caught;
}

static long without_vdso(void)
{
	size_t size;
	uintptr_t start = vdso_start(&size);

	if (pass(SYS_munmap, start, size))
		return -1;
	return live_on();
}

static long with_vdso_elsewhere(void)
{
	size_t size;
	uintptr_t start = vdso_start(&size);
	char *place = map(HUGE);

	if (pass(SYS_mremap, start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place) != (long)place)
		return -1;
	return live_on();
}

static long vdso_without_rights(void)
{
	size_t size;
	uintptr_t start = vdso_start(&size);

	if (pass(SYS_mprotect, start, size, PROT_READ))
		return -1;
	return live_on();
}

/* Fork with much memory, all of it shared until it is written to */
static long big_fork(void)
{
	size_t size = 96UL << 20;
	char *memory = map(size);
	long bad = 0;

	pass(SYS_madvise, memory, size, MADV_NOHUGEPAGE);
	memset(memory, 1, size);
	for (int i = 0; i < 3; i++) {
		pid_t pid = (pid_t)pass(SYS_fork);

		if (pid == 0) {
			for (size_t at = 0; at < size; at += 64 * PAGE)
				memory[at]++;
			pass(SYS_exit_group, memory[0]);
		}
		bad += status_of(pid) != 2 || memory[0] != 1;
	}
	return bad;
}

/* The kernel writes where the program may not, and gives it a page of its own for that */
static long proc_self_mem(void)
{
	char *page = map(PAGE);
	unsigned char code[] = { 0xb8, 77, 0, 0, 0, 0xc3 };
	int fd = (int)pass(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR, 0);

	put_function(page, 1);
	pass(SYS_mprotect, page, PAGE, PROT_READ | PROT_EXEC);
	if (run(page) != 1)
		return -1;
	if (pass(SYS_pwrite64, fd, code, sizeof(code), page) != sizeof(code))
		return -2;
	return run(page);
}

static long memory_of_a_child(void)
{
	char *page = map(PAGE), path[32], value = 0;
	pid_t pid = (pid_t)pass(SYS_fork);
	int fd;

	if (pid == 0) {
		page[0] = 33;
		pass(SYS_kill, getpid(), SIGSTOP);
		pass(SYS_exit_group, page[0]);
	}
	waitpid(pid, NULL, WUNTRACED);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = (int)pass(SYS_openat, AT_FDCWD, path, O_RDWR, 0);
	if (pass(SYS_pread64, fd, &value, 1, page) != 1 || value != 33)
		return -1;
	value = 44;
	pass(SYS_pwrite64, fd, &value, 1, page);
	kill(pid, SIGCONT);
	return status_of(pid);
}

/* A page that another thread brings when it is touched */

static int faults_fd;

static void *serve_faults(void *unused)
{
	static char content[PAGE] __attribute__((aligned(4096)));
	struct uffd_msg message;

	memset(content, 6, PAGE);
	while (read(faults_fd, &message, sizeof(message)) == sizeof(message)) {
		struct uffdio_copy copy = { .dst = message.arg.pagefault.address & ~(PAGE - 1), .src = (uintptr_t)content,
			.len = PAGE };

		usleep(20000);
		ioctl(faults_fd, UFFDIO_COPY, &copy);
	}
	return unused;
}

static char *served_memory(size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *memory = map(size);
	pthread_t thread;

	faults_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	area.range.start = (uintptr_t)memory;
	area.range.len = size;
	if (faults_fd < 0 || ioctl(faults_fd, UFFDIO_API, &api) || ioctl(faults_fd, UFFDIO_REGISTER, &area) ||
		pthread_create(&thread, NULL, serve_faults, NULL))
		err(5, "userfaultfd");
	return memory;
}

static long user_fault_of_the_program(void)
{
	char *memory = served_memory(4 * PAGE);

	return memory[0] + memory[3 * PAGE + 5];
}

static long user_fault_of_a_system_call(void)
{
	char *memory = served_memory(4 * PAGE);
	int fds[2];
	char got[16] = "";

	if (pipe(fds))
		return -1;
	if (pass(SYS_write, fds[1], memory + PAGE - 8, 16) != 16 || pass(SYS_read, fds[0], got, 16) != 16)
		return -2;
	return got[0] + got[15];
}

static long stack_that_grows(void)
{
	volatile char large[2 << 20];

	large[0] = 1;
	large[sizeof(large) / 2] = 2;
	pass(SYS_getppid);
	return large[0] + large[sizeof(large) / 2];
}

static long break_moves(void)
{
	long end = pass(SYS_brk, 0);
	long more = pass(SYS_brk, end + 16 * (long)PAGE);

	((volatile char *)end)[15 * PAGE] = 5;
	pass(SYS_brk, end);
	return more - end;
}

static long locked_memory(void)
{
	char *memory = map(64 * PAGE);
	unsigned char present[64];
	long count_present = 0;

	if (pass(SYS_mlock, memory, 64 * PAGE) || pass(SYS_mincore, memory, 64 * PAGE, present))
		return -1;
	for (int i = 0; i < 64; i++)
		count_present += present[i] & 1;
	return count_present;
}

#define ATTEMPT(name) { #name, name }

int main(int argc, char **argv)
{
	static const struct attempt attempts[] = {
		ATTEMPT(protection_comes_and_goes),
		ATTEMPT(write_after_mprotect),
		ATTEMPT(read_after_munmap),
		ATTEMPT(read_after_mremap),
		ATTEMPT(no_right_to_own_code),
		ATTEMPT(madvise_makes_zero),
		ATTEMPT(huge_page),
		ATTEMPT(huge_page_with_code),
		ATTEMPT(high_address),
		ATTEMPT(many_distant_pages),
		ATTEMPT(map_at_kernel_address),
		ATTEMPT(unmap_kernel_address),
		ATTEMPT(protect_kernel_address),
		ATTEMPT(without_vdso),
		ATTEMPT(with_vdso_elsewhere),
		ATTEMPT(vdso_without_rights),
		ATTEMPT(big_fork),
		ATTEMPT(proc_self_mem),
		ATTEMPT(memory_of_a_child),
		ATTEMPT(user_fault_of_the_program),
		ATTEMPT(user_fault_of_a_system_call),
		ATTEMPT(stack_that_grows),
		ATTEMPT(break_moves),
		ATTEMPT(locked_memory),
	};

	if (argc != 2)
		return 2;
	passage_choose(argv[1]);
	outcomes(attempts, sizeof(attempts) / sizeof(*attempts));
	return 0;
}
