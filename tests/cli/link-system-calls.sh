#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --system-calls finds each system-call instruction of a linked program, no other bytes, and the number where the code tells it.
. "$(dirname "$0")/link.sh"

# calls PROGRAM: number and function of each
calls() {
	"$tool" --system-calls "$1" >out || fail "$1"
	awk '$1 ~ /^0x/ { print $2, $4 }' out
}

cat >cases.S <<'END'
	.macro function name
	.globl \name
	.type \name, @function
\name:	.cfi_startproc
	.endm
	.macro done name
	ret
	.cfi_endproc
	.size \name, . - \name
	.endm
	.section .note.GNU-stack, "", @progbits
	.text
	function _start
	mov $60, %eax
	syscall
	done _start
	function zero
	xor %eax, %eax
	syscall
	done zero
	function wide
	movq $39, %rax
	syscall
	done wide
	function later
	mov $1, %eax
	lea 8(%rsp), %rsi
	mov %rdi, %rdx
	test %rdx, %rdx
	je 1f
	inc %rdx
	syscall
1:	done later
	function from_register
	mov %edi, %eax
	syscall
	done from_register
	function overwritten
	mov $1, %eax
	mov $2, %al
	syscall
	done overwritten
	function loaded_by_lodsb
	mov $1, %eax
	lodsb
	syscall
	done loaded_by_lodsb
	function behind_a_call
	mov $1, %eax
	call zero
	syscall
	done behind_a_call
	function joined
	test %edi, %edi
	je 1f
	mov $2, %eax
	jmp 2f
1:	mov $3, %eax
2:	syscall
	done joined
	function from_behind
	mov $4, %eax
1:	syscall
	mov $5, %eax
	jmp 1b
	done from_behind
	function again
1:	mov $202, %eax
	syscall
	syscall
	cmp $-4, %eax
	je 1b
	done again
	function no_constant
	mov $1, %eax
	xor %ecx, %eax
	syscall
	done no_constant
	function behind_a_jump	/* where jumps by a table go */
	mov $1, %eax
	jmp 1f
	syscall
1:	done behind_a_jump
	function behind_no_code
	mov $1, %eax
	.byte 0x06
	syscall
	done behind_no_code
	function __for_libraries
	.globl for_users
	.type for_users, @function
for_users:
	mov $3, %eax
	syscall
	done for_users
	.size __for_libraries, . - __for_libraries
	mov $4, %eax		/* in no function */
	syscall
	function no_such_number
	mov $123456, %eax
	syscall
	done no_such_number
	function none
	mov $0x050f, %ecx
	mov 0x050f(%rdi), %eax
	movabs $0x050f050f050f050f, %rdx
	.byte 0x0f		/* movups, of which the next byte is no SYSCALL */
	.byte 0x10, 0x05, 0x0f, 0x05, 0x00, 0x00
	done none
END
cc -nostdlib -static cases.S -o cases
cat >expected <<END
60 _start+0x5
0 zero+0x2
39 wide+0x7
1 later+0x15
- from_register+0x2
- overwritten+0x7
- loaded_by_lodsb+0x6
- behind_a_call+0xa
- joined+0x10
- from_behind+0x5
202 again+0x5
- again+0x7
- no_constant+0x7
- behind_a_jump+0x7
- behind_no_code+0x6
3 for_users+0x5
4 -
123456 no_such_number+0x5
END
calls cases | diff expected - || fail "cases"
tail -n 1 out | grep -qx '18 system-call instructions, 8 of them with a number that is known' || { cat out; fail "the sum"; }
grep -qE '^0x[0-9a-f]{12}  39  *sys_getpid  *wide\+0x7$' out || { cat out; fail "a name"; }
grep -qE '  123456  *-  *no_such' out || fail "a name for a number that is none"

# Stripped: the call frames tell where functions begin. Without them, too, it is the same but for the names.
cut -d ' ' -f 1 expected >numbers
strip cases
calls cases | awk '{ print $1 }' | diff numbers - || fail "stripped"
objcopy -R .eh_frame_hdr -R .eh_frame cases
calls cases | awk '{ print $1 }' | diff numbers - || fail "without call frames"

# Data in front of a function, which as code would have its first instructions for an operand.
cat >data.S <<'END'
	.section .note.GNU-stack, "", @progbits
	.text
	.byte 0x48, 0xb8
	.globl _start
	.type _start, @function
_start:	.cfi_startproc
	mov $39, %eax
	syscall
	ret
	.cfi_endproc
	.size _start, . - _start
END
cc -nostdlib -static data.S -o data -Wl,--eh-frame-hdr
[ "$(calls data)" = "39 _start+0x5" ] || { cat out; fail "behind data"; }
strip data
[ "$(calls data)" = "39 -" ] || { cat out; fail "behind data, stripped"; }

# All that a disassembler finds in libc and in a program with it, and the line in the source.
cat >prog.c <<'END'
#include <unistd.h>

int main(void)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(39) : "rcx", "r11", "memory");
	return result == getpid();
}
END
"$CC" -O1 -g -static prog.c -o prog
for file in prog "$(cc -print-file-name=libc.so.6)"; do
	objdump -d "$file" | awk '$NF == "syscall" { sub(":", "", $1); print $1 }' >expected
	[ "$(wc -l <expected)" -ge 100 ] || fail "$file: the disassembler finds too little"
	calls "$file" >/dev/null
	sed -nE 's/^0x0*([0-9a-f]+) .*/\1/p' out | diff expected - || fail "$file: not as the disassembler"
done
"$tool" --system-calls prog | grep -qE '^0x[0-9a-f]+  39  *sys_getpid  *main\+0x[0-9a-f]+  prog.c:7$' || fail "no line in the source"

"$tool" --json --system-calls prog >out
jq -e '.program == "prog" and ([.system_calls[] | select(.function == "main")] |
	length == 1 and (.[0] | .number == 39 and .name == "sys_getpid" and .source == "prog.c:7" and
	(.offset | type == "number") and (.address | startswith("0x"))))' out >/dev/null || { cat out; fail "--json"; }
jq -e '[.system_calls[] | select(.number == null)] | length > 0 and all(.name == null)' out >/dev/null || fail "--json: no number"

# What is none, and wrong use
ends_with 1 "$tool" --system-calls pretend-kernel.o
said_one_line
ends_with 1 "$tool" --system-calls "$here/link.sh"
said_one_line
ends_with 64 "$tool" --system-calls prog pretend-kernel.o
ends_with 64 "$tool" --system-calls prog --show prog
ends_with 64 "$tool" --json --lookup=jiffies

# 32-bit ARM
command -v arm-linux-gnueabihf-gcc >/dev/null || exit 0
cat >arm.S <<'END'
	.syntax unified
	.arch armv7-a
	.section .note.GNU-stack, "", %progbits
	.text
	.macro function name
	.globl \name
	.type \name, %function
\name:
	.endm
	.arm
	function _start
	mov r7, #1
	svc 0
	movw r7, #403
	svc 0
	mov r7, #0x108
	svc 0
	mov r6, #1
	svc 0
	mov r7, #20
1:	svc 0
	b 1b
	.word 0xef000000
	.thumb
	function thumb
	movs r7, #20
	svc 0
	movw r7, #403
	svc 0
	mov.w r7, #0x108
	svc 0
	movs r7, #1
1:	svc 0
	beq 1b
	bne.w 1f
	movs r7, #2
1:	svc 0
	cbnz r0, 1f
	movs r7, #3
1:	svc 0
	it eq
	moveq r7, #4
	svc 0
	bx lr
	.word 0xdf00df00
END
arm-linux-gnueabihf-gcc -nostdlib -static arm.S -o arm
cat >expected <<END
1 _start+0x4
403 _start+0xc
264 _start+0x14
- _start+0x1c
- _start+0x24
20 thumb+0x2
403 thumb+0x8
264 thumb+0xe
- thumb+0x12
- thumb+0x1c
- thumb+0x22
- thumb+0x28
END
calls arm | diff expected - || fail "ARM"
grep -q '  403  *sys_clock_gettime64 ' out || { cat out; fail "ARM: a name"; }
grep -q '  264  *sys_clock_getres ' out || { cat out; fail "ARM: a name that the kernel has another function for"; }
arm-linux-gnueabihf-strip arm
ends_with 1 "$tool" --system-calls arm
said_one_line
said 'arm: has no symbols that tell code from data ($a, $t), as it is stripped: give it as it was before'
