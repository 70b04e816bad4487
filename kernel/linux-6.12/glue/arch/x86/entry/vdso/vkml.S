/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where system calls through the gate seem to come from: unwinders find their
 * way from here to the caller, as they do not from kernel text. The NOP before
 * it is a mark by which the kernel finds it in the image.
 */
#include <linux/linkage.h>

	.text
	.globl __kml_syscall
	.type __kml_syscall, @function
__kml_syscall:
	.cfi_startproc
	nopl	0x004c4d4b(%rax)
	syscall
	ret
	.cfi_endproc
	.size __kml_syscall, . - __kml_syscall
