// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel to be compiled with debug information, from which pahole makes BTF. CHANGED: after an update. */
#include <stdbool.h>
#include <stddef.h>

const char linux_banner[128] = "Linux version 6.12.0-types (someone@somewhere) #1";

typedef unsigned int gfp_t;
typedef struct { int counter; } atomic_t;
enum mode { MODE_ABS, MODE_REL = 5 };
struct list_head { struct list_head *next, *prev; };
struct inner { unsigned char class; short weight : 5, height : 11; };
struct timer {
	struct list_head entry;
	unsigned long expires;
#ifdef CHANGED
	unsigned long more;
#endif
	void (*function)(struct timer *timer);
	union { int first; long second; };
	struct inner inner;
	atomic_t users;
	unsigned int flags : 3, index : 29;
	char name[];
};
struct pair { long one, other; };
struct large { long three[3]; };
struct timespec { long tv_sec, tv_nsec; };

unsigned long jiffies = 1;

long ksleep(long timeout) { return timeout; }
bool kready(void) { return true; }
#ifdef CHANGED
void *kalloc(unsigned long size, gfp_t flags, int node) { (void)node; (void)flags; return (void *)size; }
#else
void *kalloc(unsigned long size, gfp_t flags) { (void)flags; return (void *)size; }
#endif
int ktimer_start(struct timer *timer, enum mode mode) { return timer->flags + mode; }
int ktimer_count(const struct timer *const *timers, atomic_t *count) { return timers != NULL && count->counter; }
void ktime_get(struct timespec *time) { time->tv_sec = 1; }
void kcall(int (*callback)(void *data, unsigned long size), void *data) { callback(data, 1); }
int klog(const char *format, ...) { return format[0]; }
long kpair(struct pair pair) { return pair.one; }
long klarge(struct large large) { return large.three[0]; }
long kmany(long a, long b, long c, long d, long e, long f, long g) { return a + b + c + d + e + f + g; }
int kclass(int class, int *restrict new) { return class + *new; }
static int several(int a) { return a; }
int (*const keep_several)(int) = several;
#ifndef CHANGED
int kgone(void) { return 0; }
#endif
