/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where system calls through the gate seem to come from: unwinders find their
 * way from here to the caller, as they do not from kernel text. The word before
 * it is a mark by which the kernel finds it in the image.
 */
#include <linux/linkage.h>
#include <asm/unwind.h>

	.arm
	.text
	.align	2
	.ascii	"KML\0"
	.globl	__kml_syscall
	.type	__kml_syscall, %function
__kml_syscall:
	.fnstart
	.cfi_startproc
	svc	#0
	bx	lr
	.cfi_endproc
	.fnend
	.size	__kml_syscall, . - __kml_syscall
