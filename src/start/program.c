// SPDX-License-Identifier: MIT
/* Where a program begins that was linked before. */
#include "linked.h"

void kml_begin_program(long *stack) HIDDEN("begin_program");

#ifdef __arm__
/* R0 is the function that the dynamic linker wants to be called at the end. No other register has to be kept. */
__asm__(".pushsection .text\n"
	"	.thumb\n"
	".globl .kml.program_entry\n"
	".hidden .kml.program_entry\n"
	".hidden .kml.next\n"
	".type .kml.program_entry, %function\n"
	".thumb_func\n"
	".kml.program_entry:\n"
	"	mov r4, r0\n"
	"	mov r0, sp\n"
	"	bl .kml.begin_program\n"
	"	mov r0, r4\n"
	"	ldr r1, 1f\n"
	"0:	add r1, pc\n"
	"	bx r1\n"
	"	.p2align 2\n"
	"1:	.word .kml.next - 0b - 4\n"
	".size .kml.program_entry, . - .kml.program_entry\n"
	".popsection\n");
#else
/* RDX is the function that the dynamic linker wants to be called at the end. */
__asm__(".pushsection .text\n"
	".globl .kml.program_entry\n"
	".hidden .kml.program_entry\n"
	".type .kml.program_entry, @function\n"
	".kml.program_entry:\n"
	"	endbr64\n"
	"	push %rdx\n"
	"	lea 8(%rsp), %rdi\n"
	"	push %rbp\n"
	"	mov %rsp, %rbp\n"
	"	and $-16, %rsp\n"
	"	call .kml.begin_program\n"
	"	mov %rbp, %rsp\n"
	"	pop %rbp\n"
	"	pop %rdx\n"
	"	jmp .kml.next\n"
	".size .kml.program_entry, . - .kml.program_entry\n"
	".popsection\n");
#endif

/* stack: as the kernel makes it: the number of arguments, arguments, environment, auxiliary vector */
void kml_begin_program(long *stack)
{
	char **argv = (char **)(stack + 1);

	linked_open();
	kml_start((int)stack[0], argv, argv + stack[0] + 1);
	linked_close();
}
