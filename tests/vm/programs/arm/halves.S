/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of the kernel's that instructions make of halves, as no compiler writes them: halves.c */
	.syntax unified
	.arch	armv7-a
	.text

.macro function name
	.globl	\name
	.type	\name, %function
\name:
.endm

.macro functions set
	.\set
	.p2align 2
function behind_\set
	movw	r0, #:lower16:(linux_banner + 4095)
	movt	r0, #:upper16:(linux_banner + 4095)
	bx	lr

function before_\set
	movw	r3, #:lower16:(linux_banner - 1234)
	mov	r0, #7
	movt	r3, #:upper16:(linux_banner - 1234)
	mov	r0, r3
	bx	lr

/* The flags are used once more behind it */
function if_zero_\set
	mov	r1, r0
	movw	r2, #:lower16:linux_banner
	cmp	r1, #0
	it	eq
	movteq	r2, #:upper16:linux_banner
	ite	eq
	moveq	r0, r2
	movne	r0, #0
	bx	lr
.endm

	functions arm
	functions thumb
	.section .note.GNU-stack, "", %progbits
