// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nmi SECONDS [MICROSECONDS]: one CPU sends NMIs to the other, which runs this
 * program in kernel mode and often is on the kml stack. The NMI handlers hit
 * breakpoints (kprobes), whose return unblocks NMIs, so that they nest. All of
 * that is done with functions of the kernel, called from here. MICROSECONDS is
 * a pause after each hundred NMIs, to leave time for others.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern unsigned long kallsyms_lookup_name(const char *name);
extern void *__kmalloc_noprof(size_t size, unsigned int flags);
extern int __register_nmi_handler(unsigned int type, void *action);
extern void __default_send_IPI_dest_field(unsigned int apic_id, int vector, unsigned int destination);
extern void *memchr_inv(const void *memory, int value, size_t size);

#define PROBED "always_delete_dentry" /* returns 1: "this NMI was mine" */
#define HANDLERS 8
#define GFP_KERNEL 0xcc0
#define NMI_VECTOR 2

/* As in <asm/nmi.h> of Linux 6.12 */
struct nmi_action {
	void *next, *previous;
	void *handler;
	unsigned long max_duration, flags;
	const char *name;
	char text[16];
};

static volatile int stop;
static char memory[65536];

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), bad = fd < 0 || write(fd, text, strlen(text)) < 0;

	if (bad)
		perror(path);
	close(fd);
	return bad;
}

static void *work(void *unused)
{
	(void)unused;
	run_on(1);
	while (!stop)
		memchr_inv(memory, 0, sizeof(memory));
	return NULL;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int main(int argc, char **argv)
{
	int pause_us = argc > 2 ? atoi(argv[2]) : 0;
	time_t deadline;
	pthread_t worker;

	(void)mkdir("/tmp/trace", 0755);
	mount("none", "/tmp/trace", "tracefs", 0, NULL);
	if (put("/tmp/trace/kprobe_events", "p:kml_test " PROBED) || put("/tmp/trace/events/kprobes/kml_test/enable", "1") ||
		put("/tmp/trace/tracing_on", "0"))
		return 1;
	for (int i = 0; i < HANDLERS; i++) {
		struct nmi_action *action = __kmalloc_noprof(sizeof(*action), GFP_KERNEL);

		memset(action, 0, sizeof(*action));
		action->next = action->previous = action;
		action->handler = (void *)kallsyms_lookup_name(PROBED);
		action->max_duration = ~0UL >> 1;
		strcpy(action->text, "kml_test");
		action->name = action->text;
		if (__register_nmi_handler(0, action))
			return 2;
	}
	run_on(0);
	pthread_create(&worker, NULL, work, NULL);
	deadline = now() + (argc > 1 ? atoi(argv[1]) : 8);
	while (now() < deadline) {
		for (int i = 0; i < 100; i++) {
			__default_send_IPI_dest_field(1, NMI_VECTOR, 0);
			for (volatile long pause = random() % 2000; pause; pause--)
				;
		}
		if (pause_us)
			usleep(pause_us);
	}
	stop = 1;
	pthread_join(worker, NULL);
	return 0;
}
