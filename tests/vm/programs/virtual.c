// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * virtual RUNS: runs a virtual machine by KVM, whose one processor does nothing but count into a port, and leaves it so
 * often; in between, calls the system and is interrupted, as that is what KVM could put out of order for a process in
 * kernel mode. Says which ring it was in, and that all came as it should.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <kml/kml.h>

enum { CODE_AT = 0x1000, MEMORY = 0x2000, PORT = 0x10 };

/* mov $0, %al; again: out %al, $PORT; inc %al; jmp again */
static const unsigned char code[] = { 0xb0, 0x00, 0xe6, PORT, 0xfe, 0xc0, 0xeb, 0xfa };

static volatile unsigned int alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static int request(int fd, unsigned long what, void *argument)
{
	int result = ioctl(fd, what, argument);

	if (result < 0)
		err(1, "request %#lx", what);
	return result;
}

static void be_interrupted(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static int make_processor(struct kvm_run **ret_run)
{
	void *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int kvm = open("/dev/kvm", O_RDWR), machine, processor;
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY, .userspace_addr = (unsigned long)memory };
	struct kvm_regs registers = { .rip = CODE_AT, .rflags = 2 };
	struct kvm_sregs segments;

	if (kvm < 0)
		err(1, "/dev/kvm");
	machine = request(kvm, KVM_CREATE_VM, NULL);
	memcpy((char *)memory + CODE_AT, code, sizeof(code));
	request(machine, KVM_SET_USER_MEMORY_REGION, &region);
	processor = request(machine, KVM_CREATE_VCPU, NULL);
	request(processor, KVM_GET_SREGS, &segments);
	segments.cs.base = segments.cs.selector = 0;
	request(processor, KVM_SET_SREGS, &segments);
	request(processor, KVM_SET_REGS, &registers);
	*ret_run = mmap(NULL, (size_t)request(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL), PROT_READ | PROT_WRITE, MAP_SHARED,
		processor, 0);
	return processor;
}

int main(int argc, char **argv)
{
	unsigned int runs = argc > 1 ? (unsigned int)atoi(argv[1]) : 100, interrupted = 0;
	struct kvm_run *run;
	int processor = make_processor(&run);
	pid_t self = getpid();

	be_interrupted();
	for (unsigned int count = 0; count < runs;) {
		if (ioctl(processor, KVM_RUN, NULL) < 0) {
			/* The alarm */
			interrupted++;
			continue;
		}
		if (run->exit_reason != KVM_EXIT_IO || run->io.port != PORT)
			errx(1, "run %u: exit %u", count, run->exit_reason);
		if (((unsigned char *)run)[run->io.data_offset] != (unsigned char)count)
			errx(1, "run %u: the machine says %u", count, ((unsigned char *)run)[run->io.data_offset]);
		if (syscall(SYS_getpid) != self)
			errx(1, "run %u: getpid() is wrong", count);
		count++;
	}
	if (!alarms)
		errx(1, "there was no interrupt");
	printf("ring %u: %u runs\n", kml_cpl(), runs);
	return 0;
}
