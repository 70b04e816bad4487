#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --header writes what C and C++ compile without a word, beside all headers of libc, and what kml-link then finds right.
. "$(dirname "$0")/types.sh"

all='ksleep kready kalloc ktimer_start ktimer_count ktime_get kcall klog kpair kclass'
kml_link --header $all
[ -s kml-kernel.h ] || fail "no header"
grep -q '^extern long int ksleep(long int timeout);$' kml-kernel.h || { cat kml-kernel.h; fail "ksleep"; }
grep -q '^extern kernel_bool kready(void);$' kml-kernel.h || fail "kready"
grep -q '^extern int kclass(int class_, int \*new_);$' kml-kernel.h || fail "words of C++"
grep -q '^struct kernel_timespec {$' kml-kernel.h || fail "a structure that libc has, too"
grep -q 'sizeof(struct timer) == 56' kml-kernel.h || fail "no check of sizes"

# Every header that libc has, before it and behind it; the program reads what it declares.
for header in stdio stdlib string time signal sched unistd fcntl errno math poll pthread search semaphore locale \
	sys/types sys/stat sys/socket sys/time sys/timex sys/resource sys/wait sys/mman sys/epoll sys/uio sys/ioctl netinet/in; do
	echo "#include <$header.h>"
done >libc.c
cat >use.c <<'END'
int main(void)
{
	struct timer timer;
	const struct timer *const timers[] = { &timer };
	struct kernel_timespec time;
	struct atomic_t users = { 1 };
	struct pair pair = { 1, 2 };
	int number = 1;

	memset(&timer, 0, sizeof(timer));
	timer.inner.class_ = 1;
	timer.second = ksleep(1) + kready() + ktimer_start(&timer, MODE_REL) + ktimer_count(timers, &users) + kpair(pair);
	ktime_get(&time);
	kcall(0, kalloc(1, 2));
	return klog("%ld", time.tv_sec) + kclass(1, &number);
}
END
header='#include "kml-kernel.h"'
{ cat libc.c; echo "$header"; echo "$header"; cat use.c; } >behind.c
{ echo "$header"; cat libc.c use.c; } >before.c
for compiler in 'gcc -std=c99' 'gcc -std=gnu17' 'g++ -x c++ -std=c++11' 'g++ -x c++ -std=c++20' 'clang -std=c11' \
	'clang -std=gnu17' 'clang++ -x c++ -std=c++17'; do
	command -v ${compiler%% *} >/dev/null || continue
	for source in behind before; do
		$compiler -D_GNU_SOURCE -O1 -g -Wall -Wextra -pedantic -Werror -c $source.c -o prog.o || fail "$compiler: $source.c"
		ends_with 0 kml_link --cc=c++ --fatal-warnings prog.o
		said_nothing
		# Without debug information the header's own marks tell.
		$compiler -D_GNU_SOURCE -O1 -c $source.c -o prog.o
		ends_with 0 kml_link --cc=c++ prog.o
	done
done
readelf -SW prog | grep -q kml.types && fail "marks in the program"

# After an update of the kernel the header is another one's: known without debug information, and in the program.
make_kernel after -DCHANGED
printf '#include "kml-kernel.h"\nint main(void) { return !kalloc(1, 2); }\n' >prog.c
gcc -c prog.c
ends_with 1 "$tool" --kernel after prog.o
said_one_line
said "prog.o: 'kalloc': the header that declares it is of another kernel; this one (after 6.12.0-types) has 'void *kalloc(long unsigned int size, gfp_t flags, int node)'"
objcopy --remove-section=.BTF vmlinux bare
"$tool" --kernel bare prog.o -o untyped
"$tool" --show untyped | grep -qE '^kalloc .* [0-9a-f]{8}$' || fail "the header's type is not in the program"
ends_with 1 "$tool" --kernel after --check untyped
said "has another type for 'kalloc'"

# A function that libc has, too, gets a name of its own.
printf 'unsigned long strlen(const char *s) { return *s; }\n' >libc-too.c
gcc -g -O1 -fno-builtin -c libc-too.c
pahole --btf_encode_detached=libc-too.btf libc-too.o
kml_link --btf libc-too.btf --header strlen -o strlen.h
grep -q '^extern long unsigned int kernel_strlen(const char \*s);$' strlen.h || fail "strlen"
grep -q 'link with --import=kernel_strlen=strlen' strlen.h || fail "strlen: how"

# Functions in assembly: what BTF says may be false, and the header says so.
kml_link --header kcopy -o kcopy.h
grep -q 'Functions in assembly' kcopy.h || fail "kcopy"
"$tool" --kernel vmlinux --header $all -o again.h
cmp again.h kml-kernel.h || fail "not the same header for the same kernel"

# What cannot be.
ends_with 1 kml_link --header ksleep nothing_like_it jiffies -o no.h
said "'nothing_like_it': the BTF of the kernel (vmlinux 6.12.0-types) has no function of that name"
said "'jiffies': the BTF of the kernel"
[ ! -e no.h ] || fail "left a header"
ends_with 1 "$tool" --kernel bare --header ksleep
said "bare: has no BTF: name a kernel that has it, or a file with --btf"
ends_with 64 kml_link --header
