#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The time for a long function grows as its length does, not as the square of it; and all of it is rewritten.
. "$(dirname "$0")/link.sh"

cat >symbols.c <<'END_OF_C'
struct { const char *name; void *function; unsigned long offset; } pretend_symbols[] = { { "jiffies", 0, 0 }, { 0, 0, 0 } };
extern unsigned long jiffies;
extern void count(void);
int main(void) { unsigned long before = jiffies; count(); return jiffies - before != NUMBER; }
END_OF_C
code() { # number
	printf '.text\n.globl count\n.type count, @function\ncount:\n'
	printf '.rept %d\nincq jiffies(%%rip)\nmov jiffies(%%rip), %%rax\nlea 0x1234(%%rax), %%rcx\n.endr\nret\n' "$1"
	printf '.section .note.GNU-stack, "", @progbits\n'
}
for number in 1000 60000; do
	code $number >count.s
	cc -c count.s
	cc -O1 -DNUMBER=$number -c symbols.c
	timeout 30 "$tool" --kernel vmlinux symbols.o count.o -o prog -- pretend-kernel.o || fail "$number: status $?"
	pretend ./prog || fail "$number: status $?"
done

# Relocations that are in no order.
cat >count.s <<'END_OF_CODE'
.text
.globl count
.type count, @function
count:
one:	.byte 0x48, 0xff, 0x05, 0, 0, 0, 0
two:	.byte 0x48, 0x81, 0x05, 0, 0, 0, 0, 4, 0, 0, 0
three:	.byte 0x48, 0xff, 0x05, 0, 0, 0, 0
	ret
.reloc three + 3, R_X86_64_PC32, jiffies - 4
.reloc one + 3, R_X86_64_PC32, jiffies - 4
.reloc two + 3, R_X86_64_PC32, jiffies - 8
.section .note.GNU-stack, "", @progbits
END_OF_CODE
cc -c count.s
cc -O1 -DNUMBER=6 -c symbols.c
kml_link symbols.o count.o -o prog -- pretend-kernel.o
pretend ./prog || fail "without order: status $?"
