#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Objects for 32-bit ARM: linked by the cross compiler, in each form; what cannot be done is said with its place.
# That the programs are right is for tests/vm/arm.sh.
. "$(dirname "$0")/link.sh"

. "$here/arm.sh"

cat >prog.c <<'END'
extern volatile unsigned long jiffies;
extern const char linux_banner[];
extern long int_sqrt(long number), schedule_timeout(long ticks), sys_getpid(void);
const char *in_data = linux_banner + 6;
long (*also)(long) = int_sqrt;
int main(void) { return jiffies + int_sqrt(4) + also(4) + schedule_timeout(1) + sys_getpid() + linux_banner[in_data[0]]; }
END
expected="int_sqrt function gate
jiffies data address
linux_banner data address
schedule_timeout function gate
sys_getpid system call"

linked() { # what it says of itself
	${arm}readelf -h prog | grep -q 'Machine: *ARM' || fail "$1: not for ARM"
	"$tool" --show prog | awk '/function|data|system call/ { print $1, $2, $3 }' | LC_ALL=C sort >names
	printf '%s\n' "$expected" | cmp -s - names || { cat names; fail "$1: other imports"; }
}
for flags in -marm -mthumb '-marm -fno-pie' '-mthumb -fno-pie' '-mthumb -Os'; do
	for output in '' -static; do
		${arm}gcc -O2 $flags -c prog.c
		case $flags in *no-pie) pie=-no-pie ;; *) pie= ;; esac
		kml_link_arm prog.o -- $output $pie || fail "kml-link: $flags, $output"
		linked "gcc $flags $output"
	done
done
if command -v clang >/dev/null; then
	for flags in -marm -mthumb '-marm -fno-pie' '-mthumb -fno-pie' '-O0 -mthumb -fno-pie'; do
		clang --target=arm-linux-gnueabihf -march=armv7-a -O2 $flags -c prog.c
		kml_link_arm prog.o -- -no-pie || fail "kml-link: clang, $flags"
		linked "clang $flags"
	done
fi

# Addresses between instructions, and where there can be no branch
${arm}gcc -Os -fno-pie -c prog.c
ends_with 1 kml_link_arm prog.o -- -no-pie
said "has the address of the kernel's variable between instructions: compile with -fPIE"
said "prog.o: "
cat >block.s <<'END'
	.syntax unified
	.arch armv7-a
	.thumb
	.globl main
	.type main, %function
main:	movw r0, #:lower16:jiffies
	cmp r1, #0
	itt eq
	movteq r0, #:upper16:jiffies
	ldreq r0, [r0]
	bx lr
END
${arm}gcc -c block.s
ends_with 1 kml_link_arm block.o -- -no-pie
said "is among conditional instructions: compile with -fPIE"
sed 's/lower16:jiffies/&+5000/; s/upper16:jiffies/&+5000/; s/itt eq/nop/; s/eq//' block.s >far.s
${arm}gcc -c far.s
ends_with 1 kml_link_arm far.o -- -no-pie
said "is too far behind the start of the variable"

# Nothing of two machines fits together
cc -c prog.c -o here.o
${arm}gcc -c prog.c
ends_with 1 kml_link_arm here.o
said "is a kernel for 32-bit ARM, but the program is for x86-64"
ends_with 1 kml_link prog.o
said "is a kernel for x86-64, but the program is for 32-bit ARM"
ends_with 1 kml_link_arm prog.o here.o
said "here.o: "
