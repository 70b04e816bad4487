#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that take the vDSO's functions from there, linked in each of the ways that there are: in kernel mode and as
# ordinary processes they do the same.
. "$(dirname "$0")/lib.sh"
needs demo

tool=$build/src/kml-link
kernel=${kernels[demo]}
cd "$scratch"
"$tool" --kernel "$kernel" --extract-vdso=vdso.so
case $arch in
x86)
	"$tool" --kernel "$kernel/bzImage" --extract-vdso=other.so
	cmp vdso.so other.so || fail "vmlinux and bzImage have different ones"
	;;
*) cmp vdso.so "$kernel/vdso.so" || fail "vmlinux has another one than the build" ;;
esac

cat >prog.c <<'EOC'
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <time.h>
extern long schedule_timeout(long) __attribute__((weak));

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void is_there(const char *name, uintptr_t function)
{
	uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);

	printf("%s: %s the vDSO\n", name, function >= vdso && function - vdso < 0x4000 ? "in" : "not in");
}

int main(void)
{
	struct timespec nap = { 0, 20000000 };
	struct timeval day;
	long before = milliseconds();

	is_there("clock_gettime", (uintptr_t)clock_gettime);
	is_there("gettimeofday", (uintptr_t)gettimeofday);
	is_there("sched_yield", (uintptr_t)sched_yield);
	is_there("nanosleep", (uintptr_t)nanosleep);
	printf("day %d, yield %d, ", gettimeofday(&day, NULL), sched_yield());
	printf("sleep %d, ", nanosleep(&nap, NULL));
	/* The kernel's own numbers, not libc's errno. */
	printf("errors %d %d, ", nanosleep(NULL, NULL), clock_gettime(1000, &nap));
	printf("it took %s\n", milliseconds() - before >= 20 ? "its time" : "no time");
	if (schedule_timeout) {
		is_there("schedule_timeout", (uintptr_t)schedule_timeout);
		before = milliseconds();
		printf("left %ld %ld, ", schedule_timeout(5), schedule_timeout(0));
		printf("it took %s\n", milliseconds() - before >= 20 ? "its time" : "no time");
	}
	return 0;
}
EOC
# HZ is 250: five ticks are twenty milliseconds.
grep -qx CONFIG_HZ=250 "$kernel/kernel.config" || fail "another HZ"
"$cc" -O1 -fPIE -fno-builtin -c prog.c
"$cc" -O1 -fPIE -c -x c - -o wants.o <<'EOC'
extern long schedule_timeout(long);
long (*const wants)(long) = schedule_timeout;
EOC
"$cc" prog.o wants.o vdso.so -o by-compiler
"$tool" --kernel "$kernel" prog.o wants.o vdso.so -o by-file
"$tool" --kernel "$kernel" --vdso prog.o wants.o -o by-kernel
programs=(by-compiler by-file by-kernel)
# The names are the kernel's, by their versions: as the documents of earlier KML say to look for it
for program in "${programs[@]}"; do
	nm "$program" | grep clock_gettime | grep -qx ' *U clock_gettime@LINUX_2.6' ||
		fail "$program: clock_gettime is not the vDSO's: $(nm "$program" | grep clock_gettime)"
	nm -D "$program" | grep -q ' U sched_yield@KML_1$' || fail "$program: sched_yield is not the vDSO's"
done
if [ "$arch" = x86 ]; then
	# Its weak name is found, too, as the vDSO is a library of the program then.
	gcc prog.o -o changed
	"$tool" --kernel "$kernel" --vdso changed
	programs+=(changed)
fi
# Beside a function of the kernel, which an ordinary process cannot have.
cat >both.c <<'EOC'
#include <sched.h>
extern long int_sqrt(unsigned long);
int main(void) { return int_sqrt(49) + sched_yield(); }
EOC
"$cc" -O1 -c both.c
"$tool" --kernel "$kernel" --vdso both.o -o both

common='clock_gettime: in the vDSO
gettimeofday: in the vDSO
sched_yield: in the vDSO
nanosleep: in the vDSO
day 0, yield 0, sleep 0, errors -14 -22, it took its time'
schedule='schedule_timeout: in the vDSO
left 0 0, it took its time'
for program in "${programs[@]}"; do
	added+=(--add "/bin/$program=$program" --add "/trusted/$program=$program")
done
machine demo --icount --user-mode --add /bin/both=both --add /trusted/both=both "${added[@]}" "$busybox" sh -c '
	for directory in /bin /trusted; do
		for program; do
			echo "== $program in $directory"
			$directory/$program || echo "status $?"
		done
	done
	echo "== both"
	/trusted/both; echo $?
	/bin/both 2>/dev/null; echo $?' sh "${programs[@]}" | tr -d '\r' >said
for directory in /bin /trusted; do
	for program in "${programs[@]}"; do
		echo "== $program in $directory"
		echo "$common"
		echo "$schedule"
	done
done >expected
printf '== both\n7\n126\n' >>expected
diff expected said >&2 || fail "< is expected, > what happened"
