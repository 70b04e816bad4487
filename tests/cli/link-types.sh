#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a program declares is compared with the kernel's BTF: every difference is one line with the place and both.
. "$(dirname "$0")/types.sh"

# object CODE: prog.o of these declarations, and a main that uses the names in NAMES
object() {
	{
		printf '%s\n' "$1"
		printf 'void *volatile uses[] = {'
		for name in $names; do printf ' (void *)&%s,' "$name"; done
		printf ' 0 };\nint main(void) { return uses[0] != 0; }\n'
	} >prog.c
	${compiler:-gcc} -g -O1 -c prog.c -o prog.o
}

# differs NAME DECLARATION HERE KERNEL DIFFERENCE: the declaration is refused, with both types and the difference
differs() {
	names=$1
	object "$2"
	rm -f prog
	ends_with 1 kml_link prog.o
	said_one_line
	said "kml-link: prog.o: prog.c:1: '$1': declared as '$3', but the kernel (vmlinux 6.12.0-types) has '$4': $5"
	[ ! -e prog ] || fail "$1: made a program"
}

# fits NAME DECLARATION
fits() {
	names=$1
	object "$2"
	kml_link --fatal-warnings prog.o >out 2>said || { cat said; fail "$2"; }
	said_nothing
}

timer='struct list_head { struct list_head *next, *prev; }; struct timer { struct list_head entry; unsigned long expires; void (*function)(struct timer *); union { int first; long second; }; struct { unsigned char class; short weight : 5, height : 11; } inner; struct { int counter; } users; unsigned int flags : 3, index : 29; };'

# As the kernel has it, or as no compiled code can tell apart.
fits ksleep 'extern long ksleep(long);'
fits ksleep 'typedef long long wide; extern wide ksleep(const wide time);'
fits kready 'extern _Bool kready(void);'
fits kalloc 'extern void *kalloc(unsigned long, unsigned);'
fits kalloc 'extern char *kalloc(unsigned long, unsigned);'
fits ktimer_start 'struct timer; extern int ktimer_start(struct timer *, int);'
fits ktimer_start 'enum mode { A }; extern int ktimer_start(void *, enum mode);'
fits ktimer_start "$timer extern int ktimer_start(struct timer *, unsigned);"
fits ktimer_count 'struct timer; extern int ktimer_count(struct timer **, void *);'
fits kcall 'extern void kcall(int (*)(void *, unsigned long), void *);'
fits kcall 'extern void kcall(int (*)(), void *);'
fits klog 'extern int klog(const char *, ...);'
fits klog 'extern int klog(const unsigned char *, ...);'
fits ksleep 'extern long ksleep();'
fits kpair 'struct pair { long one, other; }; extern long kpair(struct pair);'

# What would be garbage.
differs ksleep 'extern int ksleep(long);' 'int ksleep(long int)' 'long int ksleep(long int timeout)' \
	"result: 'int' here, 'long int' in the kernel"
differs ksleep 'extern unsigned long ksleep(long);' 'long unsigned int ksleep(long int)' \
	'long int ksleep(long int timeout)' "result: 'long unsigned int' here, 'long int' in the kernel"
differs ksleep 'extern long ksleep(int);' 'long int ksleep(int)' 'long int ksleep(long int timeout)' \
	"parameter 1 (timeout): 'int' here, 'long int' in the kernel"
differs ksleep 'extern long ksleep(double);' 'long int ksleep(double)' 'long int ksleep(long int timeout)' \
	"parameter 1 (timeout): 'double' here, 'long int' in the kernel"
differs ksleep 'extern long ksleep(long *);' 'long int ksleep(long int *)' 'long int ksleep(long int timeout)' \
	"parameter 1 (timeout): 'long int *' here, 'long int' in the kernel"
differs ksleep 'extern long ksleep(long, long);' 'long int ksleep(long int, long int)' \
	'long int ksleep(long int timeout)' '2 parameters here, 1 in the kernel'
differs kready 'extern int kready(void);' 'int kready(void)' '_Bool kready(void)' "result: 'int' here, '_Bool' in the kernel"
differs kalloc 'extern void *kalloc(unsigned long);' 'void *kalloc(long unsigned int)' \
	'void *kalloc(long unsigned int size, gfp_t flags)' '1 parameters here, 2 in the kernel'
differs ktimer_start 'struct file; extern int ktimer_start(struct file *, int);' \
	'int ktimer_start(struct file *, int)' 'int ktimer_start(struct timer *timer, enum mode mode)' \
	"parameter 1 (timer): 'struct file *' here, 'struct timer *' in the kernel"
differs ktimer_start "$(echo "$timer" | sed 's/unsigned long expires/unsigned expires/') extern int ktimer_start(struct timer *, int);" \
	'int ktimer_start(struct timer *, int)' 'int ktimer_start(struct timer *timer, enum mode mode)' \
	"struct timer, member 'expires': 'unsigned int' here, 'long unsigned int' in the kernel"
differs ktimer_start "$(echo "$timer" | sed 's/entry; unsigned long expires;/entry; long pad; unsigned long expires;/') extern int ktimer_start(struct timer *, int);" \
	'int ktimer_start(struct timer *, int)' 'int ktimer_start(struct timer *timer, enum mode mode)' \
	"struct timer: 64 bytes here, 56 in the kernel"
differs ktimer_start "$(echo "$timer" | sed 's/flags : 3, index : 29/index : 29, flags : 3/') extern int ktimer_start(struct timer *, int);" \
	'int ktimer_start(struct timer *, int)' 'int ktimer_start(struct timer *timer, enum mode mode)' \
	"struct timer, member 'index': at bit 384 here, at bit 387 in the kernel"
differs ktime_get 'struct timespec { long tv_sec; int tv_nsec; }; extern void ktime_get(struct timespec *);' \
	'void ktime_get(struct timespec *)' 'void ktime_get(struct timespec *time)' \
	"struct timespec, member 'tv_nsec': 'int' here, 'long int' in the kernel"
differs kcall 'extern void kcall(int (*)(void *, unsigned), void *);' 'void kcall(int (*)(void *, unsigned int), void *)' \
	'void kcall(int (*callback)(void *, long unsigned int), void *data)' \
	"parameter 1 (callback): 'unsigned int' here, 'long unsigned int' in the kernel"
differs klog 'extern int klog(const char *, long);' 'int klog(const char *, long int)' 'int klog(const char *format, ...)' \
	"parameter 2: the kernel's is variadic from there on"

# Functions in assembly: their BTF is false, and never reported. Data has none.
pfunct -F btf -s -f memcpy vmlinux | grep -q 'void memcpy(void)' || fail "the BTF of memcpy() is not false here"
fits kcopy 'extern void *kcopy(void *, const void *, unsigned long);'
fits __get_user_4 'extern int __get_user_4(void *);'
names=kernel_memcpy
object 'extern void *kernel_memcpy(void *, const void *, unsigned long);'
kml_link --fatal-warnings --import=kernel_memcpy=memcpy prog.o >out 2>said || { cat said; fail "memcpy"; }
said_nothing
fits jiffies 'extern unsigned long jiffies;'
fits jiffies 'extern volatile long jiffies;'
fits linux_banner 'extern const char linux_banner[];'
fits linux_banner 'extern const char linux_banner[5];'

# But its size is known, also without BTF, and that of a second name of a place.
for kernel in vmlinux aliased; do
	[ $kernel = vmlinux ] || objcopy --remove-section=.BTF --add-symbol "ticks=.data:0x$(printf %x $((0x$(nm vmlinux |
		sed -n 's/^ffffffff\(.*\) [BD] jiffies$/\1/p') - 0x$(readelf -SW vmlinux |
		sed -n 's/.* \.data *PROGBITS *ffffffff\([0-9a-f]*\) .*/\1/p')))),global,object" vmlinux $kernel
	printf 'extern int jiffies;\nextern const char linux_banner[129];\nint main(void) { return jiffies + linux_banner[0]; }\n' >prog.c
	[ $kernel = vmlinux ] || sed -i 's/jiffies/ticks/g' prog.c
	gcc -g -c prog.c
	ends_with 1 "$tool" --kernel $kernel prog.o
	said "prog.o: prog.c:1: '$([ $kernel = vmlinux ] && echo jiffies || echo ticks)': declared as 'int "
	said ", which has 4 bytes, but in the kernel ($kernel 6.12.0-types) it has 8"
	said "prog.o: prog.c:2: 'linux_banner': declared as 'const char linux_banner[129]', which has 129 bytes, but in the kernel ($kernel 6.12.0-types) it has 128"
	[ "$(wc -l <said)" = 2 ] || { cat said; fail "other lines"; }
done

# What the call gate does not pass, whatever is declared; without the gate it is the program's business.
for name in kmany klarge; do
	printf 'struct large { long three[3]; }; extern long %s(); int main(void) { return %s(); }\n' $name $name >prog.c
	gcc -c prog.c
	ends_with 1 kml_link prog.o
	said_one_line
	said "kml-link: prog.o: '$name' takes"
	said ", which the call gate does not pass: the kernel (vmlinux 6.12.0-types) has 'long int $name("
	kml_link --direct=$name prog.o
done

# Warnings, and nothing at all.
names='ksleep kready'
object 'extern int ksleep(long), kready(void);'
ends_with 1 kml_link prog.o
[ "$(wc -l <said)" = 2 ] || { cat said; fail "not a line for each"; }
ends_with 0 kml_link --types=warning prog.o
[ "$(grep -c '^kml-link: prog.o: prog.c:1: warning: ' said)" = 2 ] || { cat said; fail "no warnings"; }
ends_with 1 kml_link --types=warning --fatal-warnings prog.o
ends_with 0 kml_link --types=ignore prog.o
said_nothing
ends_with 64 kml_link --types=perhaps prog.o

# BTF from elsewhere: a detached one, for a kernel without.
objcopy --remove-section=.BTF --strip-debug vmlinux stripped
ends_with 0 "$tool" --kernel stripped prog.o
pahole --btf_encode_detached=kernel.btf vmlinux
ends_with 1 "$tool" --kernel stripped --btf kernel.btf prog.o
[ "$(wc -l <said)" = 2 ] || fail "not the same with --btf"
ends_with 1 "$tool" --kernel stripped --btf prog.o prog.o
said "prog.o: has no BTF"
head -c 2000 kernel.btf >cut.btf
ends_with 1 "$tool" --kernel stripped --btf cut.btf prog.o
said "cut.btf: its BTF is malformed"

# Archives, C++, clang, programs that are linked, renamed imports: all the same.
ar rc libprog.a prog.o
echo 'int main(void); int start(void) { return main(); }' >start.c
gcc -c start.c
ends_with 1 kml_link start.o libprog.a
said "libprog.a(prog.o): prog.c:1: 'ksleep': declared as"
printf 'extern "C" int ksleep(long);\nint main() { return ksleep(1); }\n' >prog.cc
g++ -g -c prog.cc -o prog.o
ends_with 1 kml_link prog.o
said "prog.o: prog.cc:1: 'ksleep': declared as 'int ksleep(long int)'"
if command -v clang >/dev/null; then
	printf 'extern int ksleep(long);\nint main(void) { return ksleep(1); }\n' >prog.c
	clang -g -O2 -c prog.c
	ends_with 1 kml_link prog.o
	said "prog.o: prog.c:1: 'ksleep': declared as 'int ksleep(long)'"
fi
printf 'extern int ksleep(long);\nint main(void) { return ksleep(1); }\n' >prog.c
gcc -g prog.c -o prog -Wl,--unresolved-symbols=ignore-all,--emit-relocs
ends_with 1 kml_link prog
said "prog: prog.c:1: 'ksleep': declared as 'int ksleep(long int)'"
sed 's/ksleep/my_sleep/g' prog.c >renamed.c
gcc -g -c renamed.c
ends_with 1 kml_link --import=my_sleep=ksleep renamed.o
said "'my_sleep': declared as 'int my_sleep(long int)', but the kernel (vmlinux 6.12.0-types) has 'long int ksleep("

# The hash of a type is in the program, and --show prints it.
names='ksleep kcopy jiffies'
object 'extern long ksleep(long), kcopy(void); extern unsigned long jiffies;'
kml_link prog.o
"$tool" --show prog >shown
grep -qE '^ksleep +function +gate +- +[0-9a-f]{8}$' shown || { cat shown; fail "no hash"; }
grep -qE '^kcopy +function +gate +- +-$' shown || { cat shown; fail "a hash of what is false"; }
