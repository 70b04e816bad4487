// SPDX-License-Identifier: GPL-2.0-or-later
/* Uses the kernel in every way that C has. Compiled without any flag or header for it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern unsigned long jiffies;
extern unsigned char kvar[];
struct kstruct { int x; struct { long y; } z[4]; };
extern struct kstruct kstruct;
extern int kflag;
extern double kdouble;
extern const char kbanner[];
extern volatile long kcounter;
extern long schedule_timeout(long), kadd6(long, long, long, long, long, long);
extern int _printk(const char *, ...);
extern long sys_clock_gettime(clockid_t, struct timespec *), sys_write(int, const void *, size_t), sys_getpid(void);
extern long sys_mmap(unsigned long, unsigned long, unsigned long, unsigned long, unsigned long, unsigned long);
extern long sys_newstat(const char *, struct stat *);

unsigned long *writable = &jiffies;
static const void *const constant[] = { &kvar[7], &kstruct.z[1], "x", &kflag };
static unsigned long *const volatile local = &jiffies + 1;
struct pair { const char *name; int *value; } pairs[] = { { "flag", &kflag }, { "no", NULL } };
long (*function)(long) = schedule_timeout;
static long (*const functions[])(long, long, long, long, long, long) = { kadd6, NULL };

static int failures;
#define CHECK(condition) \
	do { if (!(condition)) { failures++; printf("line %d: %s\n", __LINE__, #condition); } } while (0)

/* What the pretended kernel is. */
static long my_schedule_timeout(long timeout) { return timeout * 2; }
static long my_kadd6(long a, long b, long c, long d, long e, long f)
{
	return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}
static int my_printk(const char *format, ...)
{
	va_list args;
	int result;

	__builtin_va_start(args, format);
	result = vprintf(format, args);
	__builtin_va_end(args);
	return result;
}
static const struct pretend_symbol {
	const char *name;
	void *function;
	unsigned long offset;
} symbols[] __asm__("pretend_symbols") __attribute__((used)) = {
	{ "jiffies", NULL, 0 }, { "kvar", NULL, 4096 }, { "kstruct", NULL, 256 }, { "kflag", NULL, 512 },
	{ "kdouble", NULL, 768 }, { "kbanner", NULL, 1024 }, { "kcounter", NULL, 1280 },
	{ "schedule_timeout", my_schedule_timeout, 0 }, { "kadd6", my_kadd6, 0 }, { "_printk", my_printk, 0 },
	{ NULL, NULL, 0 },
};
__asm__(".globl pretend_symbols");

/* GCC keeps this out of line, with a jump table and few registers free. */
static __attribute__((noinline)) long mix(int which, const unsigned long *list, long count)
{
	long sum = 0;

	for (long i = 0; i < count; i++) {
		switch (which) {
		case 0: sum += list[i] * jiffies; break;
		case 1: sum ^= kvar[i] + kstruct.z[i & 3].y; break;
		case 2: kvar[i] += kflag; break;
		case 3: kstruct.z[i & 3].y -= kcounter; break;
		case 4: kcounter++; break;
		case 5: kdouble = kdouble * 1.5 + i; break;
		default: sum += kvar[kvar[i]]; break;
		}
	}
	return sum;
}

static void check_data(int argc)
{
	static const unsigned long list[] = { 1, 2, 3, 4, 5 };

	jiffies = 1000;
	CHECK((unsigned long)&jiffies == 0x7a0000000000);
	CHECK(*(volatile unsigned long *)0x7a0000000000 == 1000);
	jiffies += argc;
	jiffies++;
	CHECK(jiffies == 1001 + (unsigned long)argc);
	jiffies -= argc + 1;
	CHECK(writable == &jiffies && *writable == 1000);
	CHECK(local == &jiffies + 1 && constant[0] == kvar + 7 && constant[1] == &kstruct.z[1]);
	CHECK(constant[3] == &kflag && pairs[0].value == &kflag && !pairs[1].value);
	kstruct.x = 5;
	kstruct.z[argc].y = 9;
	CHECK(kstruct.z[1].y == 9 && kstruct.x == 5);
	kflag = 3;
	CHECK(*pairs[0].value == 3 && (kflag & 2) && kflag < 4 && kflag > argc);
	kdouble = 2.5;
	CHECK(kdouble * 2 == 5.0 && (int)kdouble == 2);
	memset(kvar, 1, 64);
	CHECK(kvar[argc] == 1 && kvar[argc * 8 + 1] == 1);
	memcpy(&kvar[3], "abc", 4);
	CHECK(strcmp((char *)kvar + 3, "abc") == 0);
	kcounter = 0;
	CHECK(mix(0, list, 5) == 15000);
	mix(4, list, 5);
	CHECK(kcounter == 5 && mix(1, list, 3) >= 0);
	mix(2, list, 2);
	CHECK(kvar[0] == 4 && kvar[1] == 4);
	mix(3, list, 2);
	CHECK(kstruct.z[0].y == -5 && kstruct.z[1].y == 4);
	mix(5, list, 2);
	CHECK(kdouble == 6.625);
	CHECK(mix(6, list, 2) == 'b' + 'b');
	CHECK(kbanner[0] == 0 && !*kbanner);
}

static void check_calls(void)
{
	struct timespec now = {};
	struct stat status;
	char *page;

	CHECK(schedule_timeout(21) == 42 && function(4) == 8 && function == schedule_timeout);
	CHECK(kadd6(1, 2, 3, 4, 5, 6) == 654321 && functions[0](1, 2, 3, 4, 5, 6) == 654321);
	CHECK(_printk("%s %d %ld %c %lu\n", "printk", 2, 3L, '4', jiffies) == 18);
	CHECK(sys_clock_gettime(CLOCK_MONOTONIC, &now) == 0 && (now.tv_sec || now.tv_nsec));
	CHECK(sys_getpid() == getpid());
	CHECK(sys_clock_gettime(-77, &now) == -22);
	page = (char *)sys_mmap(0, 4096, 3, 0x22, -1, 0);
	CHECK((unsigned long)page % 4096 == 0);
	*page = 1;
	CHECK(sys_newstat("/", &status) == 0 && S_ISDIR(status.st_mode));
}

int main(int argc, char **argv)
{
	(void)argv;
	check_data(argc);
	check_calls();
	printf("%s %lu %p %s %d %g %lu %ld %d\n", "many", jiffies, (void *)&kflag, "arguments", kflag, kdouble, jiffies,
		kcounter, kstruct.x);
	return failures != 0;
}
