/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of 32 bits: executes its argument, or ends with the ring that it runs in. No C library of 32 bits needed. */
	.code32
	.section .note.GNU-stack, "", @progbits
	.text
	.globl	_start
_start:
	movl	8(%esp), %ebx		/* the first argument, if there is one */
	testl	%ebx, %ebx
	jz	1f
	leal	8(%esp), %ecx
	xorl	%edx, %edx
	movl	$11, %eax		/* execve */
	int	$0x80
1:	movl	%cs, %ebx
	andl	$3, %ebx
	movl	$1, %eax		/* exit */
	int	$0x80
