// SPDX-License-Identifier: MIT
/* Where the initialization of a shared library begins that was linked before. */
#include "linked.h"
#include "system.h"

void kml_begin_library(void) HIDDEN("begin_library");

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
