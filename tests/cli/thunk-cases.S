/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One function per instruction that uses the variable "kvar". Each starts from
 * the same registers, flags and memory and saves all of them, so the natively
 * linked program and the one with thunks can be compared.
 */
	.text

.macro SAVE register, number
	mov %\register, case_out + 8 * \number(%rip)
.endm

.macro LOAD register, number
	mov case_in + 8 * \number(%rip), %\register
.endm

.macro CASE name, instruction
	.section .rodata.names, "a"
1:	.asciz "\name"
	.section .data.cases, "aw"
	.quad 1b, case_\name
	.text
	.type case_\name, @function
case_\name:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, case_stack(%rip)
	/* a red zone that must survive */
	lea -128(%rsp), %rdi
	lea case_red_zone(%rip), %rsi
	mov $128, %ecx
	rep movsb
	movdqu case_xmm0(%rip), %xmm0
	lea -256(%rsp), %rsp
	push case_flags(%rip)
	popfq
	lea 256(%rsp), %rsp
	LOAD rax, 0
	LOAD rcx, 1
	LOAD rdx, 2
	LOAD rbx, 3
	LOAD rbp, 5
	LOAD rsi, 6
	LOAD rdi, 7
	LOAD r8, 8
	LOAD r9, 9
	LOAD r10, 10
	LOAD r11, 11
	LOAD r12, 12
	LOAD r13, 13
	LOAD r14, 14
	LOAD r15, 15
	\instruction
	SAVE rax, 0
	SAVE rcx, 1
	SAVE rdx, 2
	SAVE rbx, 3
	SAVE rsp, 4
	SAVE rbp, 5
	SAVE rsi, 6
	SAVE rdi, 7
	SAVE r8, 8
	SAVE r9, 9
	SAVE r10, 10
	SAVE r11, 11
	SAVE r12, 12
	SAVE r13, 13
	SAVE r14, 14
	SAVE r15, 15
	mov case_stack(%rip), %rsp
	lea -512(%rsp), %rsp
	pushfq
	pop case_out_flags(%rip)
	lea 512(%rsp), %rsp
	movdqu %xmm0, case_out_xmm0(%rip)
	cld
	lea -128(%rsp), %rsi
	lea case_out_red_zone(%rip), %rdi
	mov $128, %ecx
	rep movsb
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size case_\name, . - case_\name
.endm

	/* loads, with and without a register to spare */
	CASE load64,		"mov kvar(%rip), %rax"
	CASE load64_offset,	"mov kvar+24(%rip), %r13"
	CASE load32,		"mov kvar+8(%rip), %ecx"
	CASE load16,		"mov kvar+8(%rip), %dx"
	CASE load8,		"mov kvar+9(%rip), %bl"
	CASE load8_high,	"mov kvar+9(%rip), %bh"
	CASE load_zero8,	"movzbl kvar+3(%rip), %edx"
	CASE load_zero16,	"movzwl kvar+3(%rip), %r9d"
	CASE load_sign8,	"movsbq kvar+3(%rip), %rsi"
	CASE load_sign8_16,	"movsbw kvar+3(%rip), %si"
	CASE load_sign32,	"movslq kvar+4(%rip), %r15"
	CASE load_negative,	"mov kvar-8(%rip), %rax"

	/* stores */
	CASE store64,		"mov %r15, kvar+16(%rip)"
	CASE store32,		"mov %ecx, kvar+16(%rip)"
	CASE store16,		"mov %dx, kvar+16(%rip)"
	CASE store8,		"mov %r9b, kvar+16(%rip)"
	CASE store8_high,	"mov %ah, kvar+17(%rip)"
	CASE store_imm8,	"movb $7, kvar(%rip)"
	CASE store_imm16,	"movw $0x1234, kvar(%rip)"
	CASE store_imm32,	"movl $0x12345678, kvar+8(%rip)"
	CASE store_imm64,	"movq $-5, kvar+8(%rip)"

	/* read, change, write; flags go in and out */
	CASE add_to,		"add %rax, kvar(%rip)"
	CASE add_from,		"add kvar+8(%rip), %rax"
	CASE add_imm,		"addl $1, kvar(%rip)"
	CASE add_imm_wide,	"addq $0x12345678, kvar(%rip)"
	CASE adc,		"adc kvar(%rip), %rdx"
	CASE sbb_to,		"sbb %edx, kvar(%rip)"
	CASE inc,		"incl kvar(%rip)"
	CASE dec,		"decq kvar+8(%rip)"
	CASE not,		"notq kvar(%rip)"
	CASE neg,		"negb kvar+1(%rip)"
	CASE and_imm,		"andl $0xf0, kvar(%rip)"
	CASE or,		"or kvar(%rip), %r8"
	CASE xor_to,		"xorw %ax, kvar(%rip)"
	CASE sub,		"sub kvar(%rip), %ebp"
	CASE shift_imm,		"shll $3, kvar(%rip)"
	CASE shift_one,		"shrq kvar(%rip)"
	CASE shift_cl,		"rolq %cl, kvar(%rip)"
	CASE shift_carry,	"rcll $1, kvar(%rip)"
	CASE shift_double,	"shldq $5, %rdx, kvar(%rip)"
	CASE cmp_imm,		"cmpl $1, kvar+8(%rip)"
	CASE cmp_imm8,		"cmpb $5, kvar+8(%rip)"
	CASE cmp_reg,		"cmp %rax, kvar(%rip)"
	CASE cmp_mem,		"cmp kvar(%rip), %rax"
	CASE test_imm,		"testb $4, kvar+2(%rip)"
	CASE test_reg,		"test %rsi, kvar(%rip)"
	CASE bit_test,		"btl $3, kvar(%rip)"
	CASE bit_set,		"btsl $4, kvar(%rip)"
	CASE xchg,		"xchg %rax, kvar(%rip)"
	CASE xadd,		"lock xadd %ebx, kvar(%rip)"
	CASE cmpxchg_equal,	"lock cmpxchg %rbx, kvar+64(%rip)"
	CASE cmpxchg_other,	"lock cmpxchg %rbx, kvar(%rip)"
	CASE cmpxchg16,		"lock cmpxchg16b kvar(%rip)"
	CASE lock_inc,		"lock incq kvar(%rip)"
	CASE mul,		"mulq kvar(%rip)"
	CASE mul8,		"mulb kvar(%rip)"
	CASE imul,		"imul kvar(%rip), %rdx"
	CASE imul3,		"imul $3, kvar(%rip), %rdx"
	CASE imul3_wide,	"imul $30000, kvar(%rip), %r10d"
	CASE div,		"xor %edx, %edx; divl kvar+8(%rip)"
	CASE cmov_taken,	"cmovc kvar(%rip), %rax"
	CASE cmov_not,		"cmovnc kvar(%rip), %eax"
	CASE setcc,		"setc kvar+5(%rip)"
	CASE popcnt,		"popcnt kvar(%rip), %rax"
	CASE bsf,		"bsf kvar(%rip), %rax"
	CASE push,		"push kvar+8(%rip)"
	CASE lea,		"lea kvar(%rip), %rdx"
	CASE lea32,		"lea kvar(%rip), %edx; sub kvar_low(%rip), %edx"
	CASE lea_offset,	"lea kvar+40(%rip), %r12"
	CASE prefetch,		"prefetcht0 kvar(%rip)"
	CASE nop_memory,	"nopl kvar(%rip)"

	/* SSE and x87 */
	CASE sse_load,		"movdqu kvar+4(%rip), %xmm0"
	CASE sse_store,		"movups %xmm0, kvar+4(%rip)"
	CASE sse_aligned,	"movaps kvar(%rip), %xmm0"
	CASE sse_scalar,	"movsd kvar+8(%rip), %xmm0"
	CASE sse_add,		"addsd kvar+8(%rip), %xmm0"
	CASE sse_convert,	"cvtsi2sdq kvar+8(%rip), %xmm0"
	CASE sse_compare,	"ucomisd kvar+8(%rip), %xmm0"
	CASE sse_pshufb,	"pshufb kvar(%rip), %xmm0"
	CASE sse_pshufd,	"pshufd $0x1b, kvar(%rip), %xmm0"
	CASE sse_movq,		"movq kvar(%rip), %xmm0"
	CASE sse_pinsr,		"pinsrw $3, kvar(%rip), %xmm0"
	CASE fild,		"fildl kvar(%rip); fistpll kvar+16(%rip)"

#ifdef AVX
	CASE avx_load,		"vmovdqu kvar(%rip), %xmm0"
	CASE avx_add,		"vaddpd kvar(%rip), %xmm0, %xmm0"
	CASE avx_blend,		"vblendvpd %xmm0, kvar(%rip), %xmm0, %xmm0"
	CASE avx_broadcast,	"vbroadcastss kvar(%rip), %xmm0"
	CASE avx_andn,		"andn kvar(%rip), %rax, %rbx"
#endif

#ifdef ABSOLUTE
	/* as in programs that are not position-independent */
	CASE absolute,		"mov kvar, %rdx"
	CASE index,		"mov kvar(,%rcx,8), %rdx"
	CASE index_self,	"mov kvar+8(,%rcx,8), %rcx"
	CASE base,		"mov kvar(%rbx), %rax"
	CASE base_index,	"mov kvar(%rbx,%rcx,4), %eax"
	CASE base_index_store,	"movb $9, kvar+1(%rbx,%rcx,4)"
	CASE base_zero,		"movzbl kvar(%rcx), %ecx"
	CASE index_lea,		"lea kvar(,%rcx,4), %rax"
	CASE index_sse,		"movsd kvar(,%rcx,8), %xmm0"
	CASE index_push,	"push kvar(,%rcx,8)"
	CASE index_r12,		"add kvar(%r12,%rcx,2), %rax"
	CASE immediate,		"mov $kvar, %edi"
	CASE immediate_offset,	"mov $kvar+8, %rsi"
	CASE immediate_wide,	"movabs $kvar+16, %r8"
	CASE wide_load,		"movabs kvar, %rax"
	CASE wide_store,	"movabs %ax, kvar"
	CASE immediate_add,	"add $kvar, %rcx; cmp %rcx, %rcx"
	CASE immediate_store,	"movq $kvar+8, local(%rip); mov local(%rip), %rdx"
	CASE immediate_compare,	"lea kvar(%rip), %rdx; cmp $kvar, %rdx"
	CASE immediate_push,	"pushq $kvar; pop %rax; lea -8(%rsp), %rsp; movq $0, (%rsp)"
	CASE other_immediate,	"cmpq $local, kvar(%rip)"
	CASE other_store,	"movq $local, kvar+8(%rip); subq $local, kvar+8(%rip)"
#endif

	.section .note.GNU-stack, "", @progbits
