// SPDX-License-Identifier: MIT
/*
 * The beginning of programs and libraries that were linked before kml-link saw
 * them. A program begins here, at its entry point; a library, in its
 * initialization. Both go on where they would have begun.
 */
#include "places.h"
#include "start.h"
#include "system.h"

extern const struct kml_places kml_places HIDDEN("places");

void kml_begin_program(long *stack) HIDDEN("begin_program");
void kml_begin_library(void) HIDDEN("begin_library");

/* RDX is the function that the dynamic linker wants to be called at the end. */
__asm__(".pushsection .text\n"
	".globl .kml.program_entry, .kml.library_entry\n"
	".hidden .kml.program_entry, .kml.library_entry\n"
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

enum { PROTECTION_WRITE = 2 };

static void protect(const struct kml_pages *pages, long protection)
{
	if (pages->size)
		system_protect((void *)start_follow(&pages->start), pages->size, protection);
}

static void make_writable(void)
{
	protect(&kml_places.relro, kml_places.relro.protection | PROTECTION_WRITE);
	protect(&kml_places.constants, kml_places.constants.protection | PROTECTION_WRITE);
}

static void make_read_only(void)
{
	protect(&kml_places.relro, kml_places.relro.protection);
	protect(&kml_places.constants, kml_places.constants.protection);
}

static void set_pointers(void)
{
	const struct kml_pointer *list = start_follow(&kml_places.pointers);

	for (unsigned int i = 0; i < kml_places.pointer_count; i++)
		*(const void **)start_follow(&list[i].place) = start_follow(&list[i].target);
}

/* stack: as the kernel makes it: the number of arguments, arguments, environment, auxiliary vector */
void kml_begin_program(long *stack)
{
	char **argv = (char **)(stack + 1);

	make_writable();
	set_pointers();
	kml_start((int)stack[0], argv, argv + stack[0] + 1);
	make_read_only();
}

/* Not all C libraries tell initializations of libraries the environment; the kernel tells. */
void kml_begin_library(void)
{
	static const char name[] = "shared library";
	Elf64_auxv_t auxv[64];
	long size = system_auxv(auxv, sizeof(auxv) - sizeof(auxv[0]));

	auxv[size > 0 && (unsigned long)size <= sizeof(auxv) - sizeof(auxv[0]) ?
		(unsigned long)size / sizeof(auxv[0]) : 0].a_type = AT_NULL;
	make_writable();
	set_pointers();
	start_with(name, auxv);
	make_read_only();
}
