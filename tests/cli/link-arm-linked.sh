#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs and libraries for 32-bit ARM that were linked before, of ARM and of Thumb code, by each linker: changed in
# place, and as good for other tools as they were; what cannot be done is said with its place. That they are right is for
# tests/vm/linked-arm.sh.
. "$(dirname "$0")/link.sh"
. "$here/arm.sh"
. "$here/linked-tools.sh"
. "$here/mutate.sh"

cat >prog.c <<'END'
extern volatile unsigned long jiffies;
extern const char linux_banner[];
extern long int_sqrt(long), schedule_timeout(long), sys_getpid(void);
const char *in_data = linux_banner + 6;
long (*also)(long) = int_sqrt;
static __thread long own = 3;
__attribute__((noinline)) long last(long time) { return schedule_timeout(time + own++); }
int main(int count, char **arguments)
{
	if (count > 3)
		int_sqrt(count);
	return jiffies + int_sqrt(4) + also(4) + last(1) + sys_getpid() + linux_banner[in_data[0]] + arguments[0][0];
}
END
all="int_sqrt function gate
jiffies data address
linux_banner data address
schedule_timeout function gate
sys_getpid system call"
imports=5
open=-Wl,--unresolved-symbols=ignore-all

changes() { # what it is: prog, which was linked
	cp prog before
	ends_with 0 kml_link_arm prog
	said_nothing
	check_growth "$1" $imports
	check_tools "$1" "$arm" kml_link_arm
	awk '/function|data|system call/ { print $1, $2, $3 }' shown | LC_ALL=C sort >names
	printf '%s\n' "$all" | cmp -s - names || { cat names; fail "$1: other imports"; }
	# Unwinding and thread-local storage are found by these
	for type in EXIDX TLS; do
		${arm}readelf -lW before | grep " $type " >segment.before || continue
		${arm}readelf -lW prog | grep " $type " | cmp - segment.before || fail "$1: another $type"
	done
	count=$((count + 1))
}

count=0
clang="clang --target=arm-linux-gnueabihf -march=armv7-a -fuse-ld=lld"
for set in -marm -mthumb; do
	for flags in '-O2 -fPIE -pie' '-Os -fPIE -pie' '-O0 -fno-pie -no-pie' '-O2 -fno-pie -static' '-O2 -fPIE -static'; do
		${arm}gcc $set $flags prog.c -o prog $open,--emit-relocs 2>ld.log || { cat ld.log; fail "gcc $set $flags"; }
		changes "gcc $set $flags"
	done
	command -v clang >/dev/null && command -v ld.lld >/dev/null || continue
	for flags in '-O2 -fPIE -pie' '-O0 -fPIE -pie' '-O2 -fno-pie -static' '-Os -fno-pie -static'; do
		$clang $set $flags prog.c -o prog $open,--emit-relocs 2>ld.log || { cat ld.log; fail "clang $set $flags"; }
		changes "clang $set $flags"
	done
	# What the dynamic linker needs is enough, if the linker keeps that
	$clang $set -O2 -fPIE -pie prog.c -o prog $open 2>ld.log || { cat ld.log; fail "clang $set"; }
	changes "clang $set, by dynamic relocations"
done
echo "$count programs"
[ $count -ge 10 ] || fail "only $count programs"

# Words between instructions: ARM code has room for a jump where they are read
cat >words.s <<'END'
	.syntax unified
	.arch armv7-a
	.arm
	.globl main
	.type main, %function
main:	ldr r0, 1f
	ldr r0, [r0]
	cmp r0, #0
	ldrne r1, 2f
	ldr r3, 3f
	blx r3
	bx lr
	.p2align 2
1:	.word jiffies
2:	.word linux_banner + 6
3:	.word int_sqrt
	.section .note.GNU-stack, "", %progbits
END
words() {
	${arm}gcc -c words.s -o words.o
	${arm}gcc -no-pie words.o -o prog $open,--emit-relocs 2>ld.log
}
words
ends_with 0 kml_link_arm prog
said_nothing
${arm}objdump -d --disassemble=main prog >code
grep -qP '\tb\t' code && grep -qP '\tbne\t' code || { cat code; fail "words are still read"; }

# Marks of what is no code, but has the same addresses, are none of the code
cp words.s plain.s
main=$(${arm}nm prog | awk '$3 == "main" { print $1 }')
printf '\t.section .other, "", %%progbits\n\t.space 0x%s + 12\n"$d.other":\t.word 0\n' "$main" >>words.s
words
ends_with 0 kml_link_arm prog
${arm}objdump -d --disassemble=main prog >code
grep -qP '\tbne\t' code || { cat code; fail "a mark of another section hides code"; }

# Words that are got at in another way, too
for use in 'adr r2, 1f' 'ldrd r2, r3, 1f' 'ldrd r2, r3, 1f - 4' 'vldr s0, 1f' 'vldr d0, 1f - 4' 'ldrb r2, 1f + 1' 'ldrh r2, 1f + 2'; do
	sed "s/cmp r0, #0/$use/; s/\.arch armv7-a/&\n	.fpu vfpv3/" plain.s >words.s
	words
	ends_with 1 kml_link_arm prog
	said "is read by an instruction that cannot be replaced: compile with -fPIE"
done
thumb_words() { # use, and whether the words are before it
	local before=${2:-} list='	.p2align 2
	.word 0
here:	.word linux_banner
	.word 0'
	{
		printf '\t.syntax unified\n\t.arch armv7-a\n\t.fpu vfpv3\n\t.thumb\n\t.text\n'
		[ -z "$before" ] || echo "$list"
		printf '\t.globl main\n\t.type main, %%function\n\t.thumb_func\nmain:\tldr.w r0, here\n\t%s\n\tbx lr\n' "$1"
		[ "$before" ] || echo "$list"
		printf '\t.section .note.GNU-stack, "", %%progbits\n'
	} >words.s
	words
}
for before in '' yes; do
	thumb_words nop.w $before
	ends_with 0 kml_link_arm prog
	for use in 'adr r2, here' 'adr.w r2, here' 'ldrd r2, r3, here' 'ldrd r2, r3, here - 4' 'vldr s0, here' 'vldr d0, here - 4' 'ldrb.w r2, here + 1' \
			'ldrh.w r2, here + 2' 'ldrsh.w r2, here'; do
		# The short one leads forwards only.
		[ "$before$use" != 'yesadr r2, here' ] || continue
		thumb_words "$use" $before
		ends_with 1 kml_link_arm prog
		said "is read by an instruction that cannot be replaced: compile with -fPIE"
	done
done
cp plain.s words.s

# What cannot be done
sed -i 's/	\.arm/	.thumb\n	.thumb_func/; s/ldrne r1/ldr r1/' words.s
words
ends_with 1 kml_link_arm prog
said "prog: .text: address 0x"
said "use of 'jiffies' (R_ARM_ABS32) is read by an instruction that is too short for a jump: compile with -fPIE"
said_one_line
sed -i 's/ldr r0, 1f/nop/' words.s
words
ends_with 1 kml_link_arm prog
said "is between instructions, of which none is known to read it: compile with -fPIE"
cat >words.s <<'END'
	.syntax unified
	.arch armv7-a
	.thumb
	.globl main
	.type main, %function
main:	.reloc ., R_ARM_THM_JUMP19, int_sqrt
	nop.w
	bx lr
	.section .note.GNU-stack, "", %progbits
END
words
ends_with 1 kml_link_arm prog
said "was an instruction that the linker has replaced"
${arm}gcc -O2 prog.c -o prog $open 2>ld.log
ends_with 1 kml_link_arm prog
said "link with -Wl,--emit-relocs"
for set in -marm -mthumb; do
	${arm}gcc $set -O2 -fno-pie -no-pie prog.c -o prog $open 2>ld.log
	ends_with 0 kml_link_arm prog
	said "the linker has bound an undefined name to address 0 and kept nothing of it: link with -Wl,--emit-relocs"
done
cat >constant.c <<'END'
extern unsigned long jiffies;
unsigned long *const pointer = &jiffies;
int main(void) { return 0; }
END
${arm}gcc -O2 -fno-pie -no-pie constant.c -o prog $open,--emit-relocs 2>ld.log
ends_with 1 kml_link_arm prog
said "is in read-only data in one segment with code, which nobody can write: compile with -fPIE, or link with -z separate-code"
${arm}gcc -O2 -fno-pie -no-pie constant.c -o prog $open,--emit-relocs,-z,separate-code 2>ld.log
ends_with 0 kml_link_arm prog

# Libraries
cat >library.c <<'END'
extern long schedule_timeout(long);
extern unsigned long jiffies;
unsigned long *in_data = &jiffies;
long wait_for(long time) { return schedule_timeout(time + jiffies); }
END
for set in -marm -mthumb; do
	${arm}gcc $set -O2 -fPIC -shared library.c -o prog
	ends_with 0 kml_link_arm prog
	said_nothing
	${arm}nm -D prog | grep -q ' w schedule_timeout$' || fail "library: still undefined"
done

# Damaged ones
${arm}gcc -O2 prog.c -o first $open,--emit-relocs 2>ld.log
for turn in $(seq 40); do
	mutate first
	cp bad expected
	alive "$tool" --kernel kernel bad -o changed
	cmp bad expected || fail "changed its input"
done
