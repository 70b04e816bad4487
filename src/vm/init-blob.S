/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's init as data, so that kml-run is complete in itself. */
	.section .rodata
	.globl	vm_init_start, vm_init_end
	.balign	16
vm_init_start:
	.incbin	VM_INIT
vm_init_end:
	.section .note.GNU-stack, "", @progbits
