/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of a kernel that can and cannot be called without the gate. Nobody runs this. */
	.macro function name
	.p2align 4, 0x90
	.globl \name
	.type \name, @function
\name:
	.endm

	.text
	function harmless
	test %edi, %edi
	je 1f
	call harmless_too
1:	ret
	/* A call that does not come back: what stands behind it is another function. */
	function harmless_to_its_end
	mov (%rdi), %rax
	call harmless_too
	function uses_current
	mov %gs:pcpu_hot(%rip), %rax
	ret
	function harmless_too
	mov (%rdi), %rax
	mov %fs:0x28, %rax
	ret

	function mutex_lock
	ret
	function sleeps_deep_down
	test %edi, %edi
	jne 2f
	ret
2:	call in_the_middle
	ret
	function in_the_middle
	nop
	jmp at_the_end /* as good as a call */
	function at_the_end
	call mutex_lock
	ret

	function uses_per_cpu
	push %rbx
	incl %gs:runqueues(%rip)
	pop %rbx
	ret
	function uses_canary
	mov %gs:fixed_percpu_data + 40(%rip), %rax
	ret
	function in_a_part
	test %edi, %edi
	jne in_a_part.cold + 1
	ret
	function in_a_part.cold
	nop
	call uses_current
	ud2

	function __x86_indirect_thunk_rax
	jmp *%rax
	function calls_a_pointer
	call *(%rdi)
	ret
	function calls_a_thunk
	call __x86_indirect_thunk_rax
	ret
	function calls_itself
	call calls_itself
	call calls_calls_itself
	ret
	function calls_calls_itself
	jmp calls_itself
	function unreadable
	.byte 0x06
	ret
	.section .data..percpu, "aw"
	.skip 64
	.globl fixed_percpu_data, pcpu_hot, runqueues
fixed_percpu_data:
	.skip 64
pcpu_hot:
	.skip 64
runqueues:
	.skip 64
	.section .note.GNU-stack, "", @progbits
