// SPDX-License-Identifier: MIT
/* Where a program begins that was linked before. */
#include "linked.h"

void kml_begin_program(long *stack) HIDDEN("begin_program");

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

/* stack: as the kernel makes it: the number of arguments, arguments, environment, auxiliary vector */
void kml_begin_program(long *stack)
{
	char **argv = (char **)(stack + 1);

	linked_open();
	kml_start((int)stack[0], argv, argv + stack[0] + 1);
	linked_close();
}
