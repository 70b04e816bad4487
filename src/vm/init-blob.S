/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guests' first processes as data, so that kml-run is complete in itself. */
	.section .rodata
	.globl	vm_init_x86, vm_init_x86_end, vm_init_arm, vm_init_arm_end
	.balign	16
vm_init_x86:
	.incbin	VM_INIT_X86
vm_init_x86_end:
	.balign	16
vm_init_arm:
#ifdef VM_INIT_ARM
	.incbin	VM_INIT_ARM
#endif
vm_init_arm_end:
	.section .note.GNU-stack, "", @progbits
