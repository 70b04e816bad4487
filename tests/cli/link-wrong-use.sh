#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Uses that cannot work are refused with the place, never linked.
. "$(dirname "$0")/link.sh"

refuses() { # source, flags, text
	printf '%s\n' "$1" >prog.c
	cc $2 -O1 -c prog.c
	ends_with 1 kml_link prog.o -- -no-pie
	said_one_line
	said "$3"
	[ ! -e prog ] || fail "left an output"
}

refuses 'extern long schedule_timeout; int main(void) { return schedule_timeout++; }' "" \
	"prog.o: section 1 (.text): offset 0x"
refuses 'extern __thread long jiffies; int main(void) { return jiffies; }' "" "declared thread-local"
refuses 'extern char kvar[]; __thread char *volatile p = kvar; int main(void) { return *p; }' "" \
	"initializes a thread-local variable"
refuses '__asm__(".text\n call *kvar(%rip)"); int main(void) { return 0; }' "" "bypass the call gate"
refuses '__asm__(".text\n add kvar(%rip), %rsp"); int main(void) { return 0; }' "" "uses the stack pointer"
refuses '__asm__(".text\n mov %gs:kvar(%rip), %rax"); int main(void) { return 0; }' "" "uses a segment register"
refuses '__asm__(".text\n movl $kvar, kvar(%rip)"); int main(void) { return 0; }' "" "another relocation"
refuses '__asm__(".data\n .long kvar - ."); int main(void) { return 0; }' "" "no room for an address of the kernel"
refuses '__asm__(".text\n .byte 6, 6, 6\n .long kvar - ."); int main(void) { return 0; }' "" "decoded"
refuses '__asm__(".section .text.x,\"axG\",@progbits,group,comdat\n mov kvar(%rip), %al"); int main(void) { return 0; }' \
	"" "(COMDAT): compile with -fPIC, or move the use into a function that is not inline"
refuses 'extern char kvar[]; int main(void) { return *kvar; }' "-mcmodel=large -fPIC" \
	"compile without -mcmodel=large or medium"

# What the message advises works.
if command -v c++ >/dev/null; then
	cat >inline.cc <<'END'
extern "C" unsigned long jiffies;
inline __attribute__((noinline)) unsigned long ticks() { return jiffies; }
int main() { return ticks() != 0; }
END
	c++ -O1 -fPIE -c inline.cc
	ends_with 1 kml_link --cc=c++ inline.o -o prog
	said_one_line
	said "compile with -fPIC"
	c++ -O1 -fPIC -c inline.cc
	kml_link --cc=c++ inline.o -o prog
fi
