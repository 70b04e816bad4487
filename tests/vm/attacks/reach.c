// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reach HOW PROGRAM: reaches, in the given way, into a process in kernel mode of the same user. PROGRAM is this one
 * again, in the trusted directory, and is started as the victim. The exit status is 40 if that worked, 1 if it was
 * refused.
 */
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "kernel-mode.h"

enum { REFUSED = 1, BROKEN = 2, NOT_IN_THIS_KERNEL = 77 };

/* What the victim says when it runs */
struct greeting {
	bool in_kernel_mode;
	volatile uint64_t *word;
};

static volatile uint64_t word = 1;

static void greet(void)
{
	struct greeting greeting = { in_kernel_mode(), &word };

	if (write(STDOUT_FILENO, &greeting, sizeof(greeting)) != sizeof(greeting))
		_exit(BROKEN);
}

static uint64_t cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* What a program may do to itself that others could wait for */
static int be_victim(const char *habit)
{
	if (!strcmp(habit, "dumpable"))
		prctl(PR_SET_DUMPABLE, 1);
	if (!strcmp(habit, "traceme"))
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	greet();
	if (!strcmp(habit, "busy"))
		while (cpu_time() < 300000000)
			;
	else
		sleep(30);
	return 0;
}

static pid_t child;
static int seen;	/* where the victim's greeting comes from */
static int go;		/* where it is told to begin */

static const char *program;

static pid_t prepare(const char *habit)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		err(BROKEN, "pipe");
	child = fork();
	if (child == 0) {
		char byte;

		close(to[1]);
		dup2(from[1], STDOUT_FILENO);
		if (read(to[0], &byte, 1) != 1)
			_exit(BROKEN);
		execl(program, program, "victim", habit, (char *)NULL);
		_exit(BROKEN);
	}
	close(from[1]);
	seen = from[0];
	go = to[1];
	return child;
}

static volatile uint64_t *begin(void)
{
	struct greeting greeting;

	if (write(go, "", 1) != 1 || read(seen, &greeting, sizeof(greeting)) != sizeof(greeting))
		errx(BROKEN, "the victim does not run");
	if (!greeting.in_kernel_mode)
		errx(BROKEN, "the victim is not in kernel mode");
	return greeting.word;
}

static pid_t victim(volatile uint64_t **ret_word, const char *habit)
{
	pid_t pid = prepare(habit);

	*ret_word = begin();
	return pid;
}

static int open_file_of(pid_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, flags | O_CLOEXEC);
}

static bool poke(pid_t pid, volatile uint64_t *address)
{
	if (waitpid(pid, NULL, __WALL) != pid)
		return false;
	return ptrace(PTRACE_POKEDATA, pid, (void *)address, 2) == 0 && ptrace(PTRACE_PEEKDATA, pid, (void *)address, 0) == 2;
}

static bool attach(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");

	return ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0 && poke(pid, address);
}

static bool seize(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");

	return ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 &&
	       poke(pid, address);
}

static bool attach_to_dumpable(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "dumpable");

	return ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0 && poke(pid, address);
}

/* It stops by a signal, whether it is our tracee or not. Registers are enough: its code is there already. */
static bool trace_who_asks(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "traceme");
	unsigned long registers[64];
	struct iovec all = { registers, sizeof(registers) };
	int status;

	if (kill(pid, SIGSTOP) || waitpid(pid, &status, WUNTRACED) != pid)
		errx(BROKEN, "it does not stop");
	return ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) == 0 && ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) == 0;
}

static bool write_memory_file(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");
	uint64_t value = 2;

	return pwrite(open_file_of(pid, "mem", O_RDWR), &value, sizeof(value), (off_t)address) == sizeof(value);
}

static long there_is(long result)
{
	if (result < 0 && errno == ENOSYS)
		_exit(NOT_IN_THIS_KERNEL);
	return result;
}

static bool write_memory(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");
	uint64_t value = 2;
	struct iovec local = { &value, sizeof(value) }, remote = { (void *)address, sizeof(value) };

	return there_is(process_vm_writev(pid, &local, 1, &remote, 1, 0)) > 0;
}

static bool read_memory(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");
	uint64_t value;
	struct iovec local = { &value, sizeof(value) }, remote = { (void *)address, sizeof(value) };

	return there_is(process_vm_readv(pid, &local, 1, &remote, 1, 0)) > 0;
}

static bool get_descriptor(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");

	return syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, pid, 0), STDOUT_FILENO, 0) >= 0;
}

static bool compare(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");

	return there_is(syscall(SYS_kcmp, getpid(), pid, KCMP_VM, 0, 0)) >= 0;
}

/* Any of its files that tell where it is, or what it has */
static bool read_files(void)
{
	static const char *const files[] = { "auxv", "maps", "smaps", "numa_maps", "pagemap", "environ", "mem", "syscall",
					     "stack", "personality", "io", "map_files", "fd", "cwd/", "root/", "exe" };
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");
	bool read_one = false;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char content[64];
		int file = open_file_of(pid, files[i], O_RDONLY);

		/* A directory that opens is as good as a file that can be read */
		if (file >= 0 && (read(file, content, sizeof(content)) > 0 || errno == EISDIR)) {
			printf("%s\n", files[i]);
			read_one = true;
		}
	}
	return read_one;
}

/* Opened while the process was ours: what they say of the program that it has become. The vector has the gates. */
static bool read_files_opened_before(void)
{
	pid_t pid = prepare("");
	int vector = open_file_of(pid, "auxv", O_RDONLY), memory = open_file_of(pid, "mem", O_RDWR);
	volatile uint64_t *address;
	uint64_t words[128], value = 2;
	ssize_t size;

	if (vector < 0 || memory < 0)
		errx(BROKEN, "they cannot be opened before either");
	address = begin();
	size = pread(vector, words, sizeof(words), 0);
	for (ssize_t i = 0; i < size / (ssize_t)sizeof(*words); i += 2)
		if (words[i] == AT_KML_CALL_GATE)
			return true;
	return pwrite(memory, &value, sizeof(value), (off_t)address) == sizeof(value);
}

static int open_event(pid_t pid, bool on_exec)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.size = sizeof(attributes),
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.disabled = on_exec,
		.enable_on_exec = on_exec,
	};

	return (int)syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool observe(void)
{
	volatile uint64_t *address;
	pid_t pid = victim(&address, "");

	return open_event(pid, false) >= 0;
}

/* An event of before exec would count what the program does afterwards, which is 300 milliseconds of work */
static bool observe_since_before(void)
{
	pid_t pid = prepare("busy");
	int event = open_event(pid, true);
	uint64_t count;

	if (event < 0)
		errx(BROKEN, "it cannot be observed before either");
	begin();
	waitpid(pid, NULL, 0);
	return read(event, &count, sizeof(count)) == sizeof(count) && count > 150000000;
}

/* Where the core goes is in the working directory */
static bool dump_core(void)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	volatile uint64_t *address;
	int status;
	pid_t pid;

	setrlimit(RLIMIT_CORE, &unlimited);
	pid = victim(&address, "");
	kill(pid, SIGABRT);
	waitpid(pid, &status, 0);
	printf("status %#x\n", status);
	return WCOREDUMP(status);
}

static const struct {
	const char *name;
	bool (*works)(void);
} ways[] = {
	{ "attach", attach },
	{ "seize", seize },
	{ "dumpable", attach_to_dumpable },
	{ "traceme", trace_who_asks },
	{ "memory-file", write_memory_file },
	{ "write", write_memory },
	{ "read", read_memory },
	{ "descriptor", get_descriptor },
	{ "compare", compare },
	{ "files", read_files },
	{ "files-before", read_files_opened_before },
	{ "event", observe },
	{ "event-before", observe_since_before },
	{ "core", dump_core },
};

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	if (!strcmp(argv[1], "victim"))
		return be_victim(argv[2]);
	program = argv[2];
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i].name, argv[1])) {
			bool works = ways[i].works();

			kill(child, SIGKILL);
			return works ? IN_KERNEL_MODE : REFUSED;
		}
	errx(64, "%s: no such way", argv[1]);
}
