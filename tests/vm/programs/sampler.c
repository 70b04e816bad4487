// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Samples a process by perf events, with call chains, registers and stacks:
 * what is said to be the program's has to lie in the program, and what is said
 * to be the kernel's in the kernel. Then counts the hits of breakpoints that
 * root sets on kernel code which the process enters.
 */
#include "observe.h"

#include <asm/perf_regs.h>
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGES 256
#define STACK_SIZE 512
#define SAMPLE_TYPE \
	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)
#define REGISTERS ((1ULL << PERF_REG_X86_64_MAX) - 1 - (0xfULL << PERF_REG_X86_DS))
#define REGISTER_COUNT (PERF_REG_X86_64_MAX - 4)

struct counts {
	int samples, user, kernel, lost, wrong;
};

static int open_event(struct perf_event_attr *attributes, pid_t pid)
{
	attributes->size = sizeof(*attributes);
	return (int)syscall(SYS_perf_event_open, attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool in_kernel(uint64_t address)
{
	return address >= 0xff00000000000000;
}

/* The gates */
static uint64_t gates[2];

/* Code of a static program or of the vDSO. In the first instructions of a gate, it is still the program that runs. */
static bool in_program(uint64_t address)
{
	return address - gates[0] < 32 || address - gates[1] < 32 || (address >= 0x400000 && address < 0x600000) || (address >> 40) == 0x7f;
}

static void complain(struct counts *counts, const char *what, uint64_t value)
{
	if (counts->wrong++ < 5)
		printf("  wrong: %s: %#llx\n", what, (unsigned long long)value);
}

/* Where the program goes on behind the system call that it is in: 0 in one of the gate, until something stops the process there */
static bool in_program_behind_call(uint64_t address)
{
	return in_program(address) || !address;
}

static const uint64_t *check_chain(struct counts *counts, const uint64_t *field)
{
	uint64_t entries = *field++, context = 0;

	for (uint64_t i = 0; i < entries; i++) {
		uint64_t address = *field++;

		if (address == PERF_CONTEXT_KERNEL || address == PERF_CONTEXT_USER)
			context = address;
		else if (context == PERF_CONTEXT_KERNEL && !in_kernel(address))
			complain(counts, "address in the kernel's part of a call chain", address);
		else if (context == PERF_CONTEXT_USER && in_kernel(address) && !in_program_behind_call(address))
			complain(counts, "address in the program's part of a call chain", address);
	}
	return field;
}

/* The order of the fields is that of perf_event_open(2) */
static void check_sample(struct counts *counts, const struct perf_event_header *header)
{
	const uint64_t *field = (const uint64_t *)(header + 1);
	unsigned int mode = header->misc & PERF_RECORD_MISC_CPUMODE_MASK;
	uint64_t ip = *field++, abi, size;

	counts->samples++;
	field++; /* process and thread */
	if (mode == PERF_RECORD_MISC_USER) {
		counts->user++;
		if (!in_program(ip))
			complain(counts, "the program's address", ip);
	} else if (mode == PERF_RECORD_MISC_KERNEL) {
		counts->kernel++;
		if (!in_kernel(ip))
			complain(counts, "the kernel's address", ip);
	} else {
		complain(counts, "mode", mode);
	}
	field = check_chain(counts, field);
	abi = *field++;
	if (abi == PERF_SAMPLE_REGS_ABI_64) {
		/* The order of the registers is that of <asm/perf_regs.h> */
		if (mode == PERF_RECORD_MISC_USER ? field[PERF_REG_X86_IP] != ip : !in_program_behind_call(field[PERF_REG_X86_IP]))
			complain(counts, "the program's rip", field[PERF_REG_X86_IP]);
		if (field[PERF_REG_X86_SP] >> 40 != 0x7f)
			complain(counts, "the program's rsp", field[PERF_REG_X86_SP]);
		if (field[PERF_REG_X86_CS] != 0x33 || field[PERF_REG_X86_SS] != 0x2b)
			complain(counts, "the program's cs and ss", field[PERF_REG_X86_CS] << 32 | field[PERF_REG_X86_SS]);
		/* Inside the call gate, interrupts seem off */
		if (mode == PERF_RECORD_MISC_USER && !(field[PERF_REG_X86_FLAGS] & 0x200))
			complain(counts, "the program's flags", field[PERF_REG_X86_FLAGS]);
		field += REGISTER_COUNT;
	} else if (abi != PERF_SAMPLE_REGS_ABI_NONE) {
		complain(counts, "ABI of the registers", abi);
	}
	size = *field++;
	if (mode == PERF_RECORD_MISC_USER && !(size && field[size / 8]))
		complain(counts, "size of the stack", size);
}

static void read_records(struct counts *counts, struct perf_event_mmap_page *page)
{
	static char record[65536];
	const char *data = (const char *)page + 4096;
	const uint64_t size = PAGES * 4096;
	uint64_t tail = page->data_tail, head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);

	while (tail < head) {
		struct perf_event_header *header = (struct perf_event_header *)record;

		for (size_t i = 0; i < sizeof(*header); i++)
			record[i] = data[(tail + i) % size];
		for (size_t i = sizeof(*header); i < header->size; i++)
			record[i] = data[(tail + i) % size];
		if (header->type == PERF_RECORD_SAMPLE)
			check_sample(counts, header);
		else if (header->type == PERF_RECORD_LOST)
			counts->lost++;
		tail += header->size;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
}

struct mode {
	const char *title;
	uint64_t clock;
	bool exclude_kernel, exclude_user;
};

static int sample(const struct way *way, const struct mode *mode)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.config = mode->clock,
		.sample_period = 1000000,
		.sample_type = SAMPLE_TYPE,
		.sample_regs_user = REGISTERS,
		.sample_stack_user = STACK_SIZE,
		.exclude_kernel = mode->exclude_kernel,
		.exclude_user = mode->exclude_user,
		.disabled = 1,
	};
	struct counts counts = { 0 };
	struct perf_event_mmap_page *page;
	pid_t child = start_traced(way, "traced", "work");
	int status, event = open_event(&attributes, child);

	if (event < 0)
		err(1, "event");
	page = mmap(NULL, (PAGES + 1) * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	if (page == MAP_FAILED)
		err(1, "ring buffer");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	while (waitpid(child, &status, WNOHANG) == 0) {
		read_records(&counts, page);
		usleep(20000);
	}
	read_records(&counts, page);
	close(event);
	munmap(page, (PAGES + 1) * 4096);
	if (!WIFEXITED(status) || WEXITSTATUS(status) || counts.wrong || counts.samples < 3 ||
	    (!mode->exclude_user && !counts.user) || (!mode->exclude_kernel && !counts.kernel) ||
	    (mode->exclude_user && counts.user) || (mode->exclude_kernel && counts.kernel)) {
		printf("FAIL  %s, %s: status %#x, %d samples, %d of the program, %d of the kernel, %d lost, %d wrong\n",
			mode->title, way->title, status, counts.samples, counts.user, counts.kernel, counts.lost, counts.wrong);
		return 1;
	}
	printf("ok    %s, %s: %d samples, %d of the program, %d of the kernel\n", mode->title, way->title,
		counts.samples, counts.user, counts.kernel);
	return 0;
}

static struct perf_event_attr breakpoint_on(const char *function)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_BREAKPOINT,
		.bp_type = HW_BREAKPOINT_X,
		.bp_addr = kernel_address(function),
		.bp_len = sizeof(long),
		.sample_period = 1,
		.sample_type = SAMPLE_TYPE,
		.sample_regs_user = REGISTERS,
		.sample_stack_user = STACK_SIZE,
		.disabled = 1,
	};
}

static int refused(const char *function)
{
	struct perf_event_attr attributes = breakpoint_on(function);
	int event = open_event(&attributes, 0);

	if (event >= 0 || errno != EINVAL) {
		printf("FAIL  breakpoint on %s: %s\n", function, event < 0 ? strerrorname_np(errno) : "accepted");
		return 1;
	}
	printf("ok    breakpoint on %s: refused\n", function);
	return 0;
}

/* Five hits in a run of the process, with call chains */
static int hit(const struct way *way, const char *function)
{
	struct perf_event_attr attributes = breakpoint_on(function);
	uint64_t hits = 0;
	pid_t child = start_traced(way, "traced", "few");
	int status, event = open_event(&attributes, child);

	if (event < 0)
		err(1, "breakpoint on %s", function);
	/* Nobody reads them: what does not fit is lost, but has been taken */
	if (mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0) == MAP_FAILED)
		err(1, "ring buffer");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	if (waitpid(child, &status, 0) != child)
		err(1, "wait");
	if (read(event, &hits, sizeof(hits)) != sizeof(hits))
		err(1, "hits");
	close(event);
	if (!WIFEXITED(status) || WEXITSTATUS(status) || hits != 5) {
		printf("FAIL  breakpoint on %s, %s: status %#x, %llu hits\n", function, way->title, status,
			(unsigned long long)hits);
		return 1;
	}
	printf("ok    breakpoint on %s, %s: five hits\n", function, way->title);
	return 0;
}

int main(void)
{
	const struct mode modes[] = {
		{ "cpu-clock", PERF_COUNT_SW_CPU_CLOCK, false, false },
		{ "task-clock", PERF_COUNT_SW_TASK_CLOCK, false, false },
		{ "cpu-clock without the kernel", PERF_COUNT_SW_CPU_CLOCK, true, false },
		{ "cpu-clock without the program", PERF_COUNT_SW_CPU_CLOCK, false, true },
	};
	/* Where no handler could run */
	const char *const entries[] = { "kml_call_gate", "kml_syscall_gate", "kml_entry_syscall", "kml_do_call", "kml_iret",
		"kml_stub_1", "kml_stub_14", "kml_stub_236" };
	const struct way *gate = &ways[WAYS - 1], *instruction = &ways[WAYS - 2];
	int failures = 0;

	setlinebuf(stdout);
	gates[0] = kernel_address("kml_syscall_gate");
	gates[1] = kernel_address("kml_call_gate");
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		for (size_t k = 0; k < WAYS; k++)
			failures += sample(&ways[k], &modes[i]);
	failures += hit(gate, "int_sqrt");
	failures += hit(gate, "__x64_sys_getuid");
	failures += hit(instruction, "__x64_sys_getuid");
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		failures += refused(entries[i]);
	return failures;
}
