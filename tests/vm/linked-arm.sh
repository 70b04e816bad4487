#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs for 32-bit ARM that were linked before kml-link saw them run in kernel mode: of ARM and of Thumb code, by each
# linker, dynamic and static, with a shared library that imports for itself, thread-local storage, and unwinding; and some
# take names from the vDSO, too.
. "$(dirname "$0")/lib.sh"
[ "$arch" = arm ] || skip "this is for KML_ARCH=arm"
needs demo

cp "$top/tests/vm/programs/linked-library.c" "$scratch/library.c"
cat >"$scratch/linked.c" <<'END'
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

extern volatile unsigned long jiffies;
extern const char linux_banner[];
extern long schedule_timeout_uninterruptible(long), sys_getpid(void), library_ticks(long);
extern unsigned long int_sqrt(unsigned long);

static volatile unsigned long *volatile where = &jiffies;
static const char *volatile inside = linux_banner + 6;
static unsigned long (*volatile pointer)(unsigned long) = int_sqrt;
static __thread long own = 3;
static long cleaned;

static void clean(int *unused)
{
	(void)unused;
	cleaned += own;
}

/* The stack is unwound through this function, whose call of the kernel's is the last thing that it did. */
__attribute__((noinline)) static void leave(long time)
{
	__attribute__((cleanup(clean))) int one = 0;

	(void)one;
	own += time;
	schedule_timeout_uninterruptible(1);
	pthread_exit(NULL);
}

static void *run(void *time)
{
	leave((long)time);
	return time;
}

__attribute__((noinline)) static unsigned long last(unsigned long number)
{
	return int_sqrt(number + 1);
}

__attribute__((noinline)) static unsigned long perhaps(unsigned long number)
{
	return number > 5 ? int_sqrt(number) : number;
}

int main(void)
{
	unsigned long before = jiffies;
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, (void *)4) || pthread_join(thread, NULL))
		return 1;
	printf("%.13s, %.7s, %lu %lu %lu %lu %lu, %d %d %d, %ld %ld\n", linux_banner, inside, int_sqrt(49), pointer(64), last(80),
		perhaps(4), perhaps(36), *where - before >= 1 && *where - before < 1000, sys_getpid() == getpid(),
		library_ticks(3) >= 3, cleaned, own);
	return 0;
}
END
cat >"$scratch/words.s" <<'END'
	.syntax unified
	.arch armv7-a
	.arm
	.text
	.globl banner
	.type banner, %function
banner:	cmp r0, #1
	ldrne r0, 1f
	ldreq r0, 2f
	bx lr
	.p2align 2
1:	.word linux_banner
2:	.word linux_banner + 6
	.section .note.GNU-stack, "", %progbits
END
echo 'extern int puts(const char *); extern const char *banner(int); extern int printf(const char *, ...);
int main(void) { return printf("%.13s, %.7s\n", banner(0), banner(1)) < 0; }' >"$scratch/words.c"

cd "$scratch"
export LD_LIBRARY_PATH=$scratch:$LD_LIBRARY_PATH
open=-Wl,--unresolved-symbols=ignore-all
clang="clang --target=arm-linux-gnueabihf -march=armv7-a -fuse-ld=lld"
files=()
change() { # prog, which was linked, becomes a program of the machine
	local name=linked-${#files[@]}

	"$build/src/kml-link" --kernel "${kernels[demo]}" prog -o "$name"
	files+=(--add /trusted/$name="$scratch/$name")
}
for set in -marm -mthumb; do
	$cc $set -O2 -fPIC -shared library.c -Wl,-soname,libticks$set.so -o libticks$set.so
	"$build/src/kml-link" --kernel "${kernels[demo]}" libticks$set.so
	for flags in '-O2 -fPIE -pie' '-Os -fPIE -pie' '-O0 -fno-pie -no-pie'; do
		$cc $set $flags -fexceptions linked.c -L. -lticks$set -o prog $open,--emit-relocs 2>ld.log
		change
	done
	for flags in '-O2 -fPIE' '-O0 -fno-pie'; do
		$cc $set $flags -fexceptions -static linked.c library.c -o prog $open,--emit-relocs 2>ld.log
		change
	done
	$clang $set -O2 -fexceptions -fPIE -pie linked.c -L. -lticks$set -o prog $open,--emit-relocs 2>ld.log
	change
	$clang $set -O2 -fexceptions -fPIE -pie linked.c -L. -lticks$set -o prog $open 2>ld.log
	change
	$clang $set -O2 -fexceptions -fno-pie -static linked.c library.c -o prog $open,--emit-relocs 2>ld.log
	change
done
programs_count=$((${#files[@]} / 2))
$cc -O2 -fno-pie -no-pie words.c words.s -o prog $open,--emit-relocs 2>ld.log
"$build/src/kml-link" --kernel "${kernels[demo]}" prog -o words
cat >clock.c <<'END'
#include <sched.h>
#include <stdio.h>
#include <time.h>

extern volatile unsigned long jiffies;

int main(void)
{
	unsigned long before = jiffies;
	struct timespec first, second;

	if (clock_gettime(CLOCK_MONOTONIC, &first) || sched_yield())
		return 1;
	while (jiffies - before < 3)
		;
	return clock_gettime(CLOCK_MONOTONIC, &second) || (second.tv_sec == first.tv_sec && second.tv_nsec <= first.tv_nsec) ||
		puts("clock") < 0;
}
END
for set in -marm -mthumb; do
	$cc $set -O2 clock.c -o prog $open,--emit-relocs 2>ld.log
	"$build/src/kml-link" --kernel "${kernels[demo]}" prog "${kernels[demo]}/vdso.so" -o clock$set
	nm clock$set | grep -q ' clock_gettime@LINUX_2.6$' || fail "clock_gettime is not the vDSO's: $(nm clock$set | grep clock_gettime)"
done
# For pthread_exit()
libgcc=$($cc -print-file-name=libgcc_s.so.1)

limit=${limit:-300} machine demo --user-mode "${files[@]}" --add /trusted/words="$scratch/words" \
	--add /trusted/clock-marm="$scratch/clock-marm" --add /trusted/clock-mthumb="$scratch/clock-mthumb" --add /lib/libgcc_s.so.1="$libgcc" \
	"$busybox" sh -c 'for program in /trusted/linked-*; do
		$program || echo "$program ends with $?"
		LD_BIND_NOW=1 $program || echo "$program ends with $?, bound at once"
	done
	/trusted/clock-marm && /trusted/clock-mthumb
	/trusted/words' >said || { cat said >&2; fail "the machine"; }
expected="Linux version, version, 7 8 9 4 6, 1 1 1, 7 3"
[ "$(grep -cxF "$expected" said)" = $((2 * programs_count)) ] || { cat said >&2; fail "not all of $programs_count programs"; }
[ "$(grep -cx clock said)" = 2 ] || { cat said >&2; fail "clocks of the vDSO"; }
[ "$(tail -n 1 said)" = "Linux version, version" ] || { cat said >&2; fail "words between instructions"; }
