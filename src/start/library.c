// SPDX-License-Identifier: MIT
/* Where the initialization of a shared library begins that was linked before. */
#include "linked.h"
#include "system.h"

void kml_begin_library(void) HIDDEN("begin_library");

#ifdef __arm__
__asm__(".pushsection .text\n"
	"	.thumb\n"
	".globl .kml.library_entry\n"
	".hidden .kml.library_entry\n"
	".hidden .kml.next\n"
	".type .kml.library_entry, %function\n"
	".thumb_func\n"
	".kml.library_entry:\n"
	"	push {r0, r1, r2, lr}\n"
	"	bl .kml.begin_library\n"
	"	pop {r0, r1, r2, lr}\n"
	"	ldr r3, 1f\n"
	"0:	add r3, pc\n"
	"	bx r3\n"
	"	.p2align 2\n"
	"1:	.word .kml.next - 0b - 4\n"
	".size .kml.library_entry, . - .kml.library_entry\n"
	".globl .kml.return\n"
	".hidden .kml.return\n"
	".type .kml.return, %function\n"
	".thumb_func\n"
	".kml.return:\n"
	"	bx lr\n"
	".size .kml.return, . - .kml.return\n"
	".popsection\n");
#else
__asm__(".pushsection .text\n"
	".globl .kml.library_entry\n"
	".hidden .kml.library_entry\n"
	".type .kml.library_entry, @function\n"
	".kml.library_entry:\n"
	"	endbr64\n"
	"	push %rdi\n"
	"	push %rsi\n"
	"	push %rdx\n"
	"	call .kml.begin_library\n"
	"	pop %rdx\n"
	"	pop %rsi\n"
	"	pop %rdi\n"
	"	jmp .kml.next\n"
	".size .kml.library_entry, . - .kml.library_entry\n"
	".globl .kml.return\n"
	".hidden .kml.return\n"
	".type .kml.return, @function\n"
	".kml.return:\n"
	"	ret\n"
	".size .kml.return, . - .kml.return\n"
	".popsection\n");
#endif

/* Not all C libraries tell initializations of libraries the environment; the kernel tells. */
void kml_begin_library(void)
{
	static const char name[] = "shared library";
	start_auxv auxv[64];
	long size = system_auxv(auxv, sizeof(auxv) - sizeof(auxv[0]));

	auxv[size > 0 && (unsigned long)size <= sizeof(auxv) - sizeof(auxv[0]) ?
		(unsigned long)size / sizeof(auxv[0]) : 0].a_type = AT_NULL;
	linked_open();
	start_with(name, auxv);
	linked_close();
}
