// SPDX-License-Identifier: MIT
/*
 * The kernel's side of the contract as ordinary functions in the program
 * itself, so that linked programs can be tried without a kernel. Variables lie
 * beyond 4 GiB, as the kernel's do: an address that was cut to 32 bits crashes.
 */
#include <stddef.h>

#define AREA 0x7a0000000000ul
#define AREA_SIZE 0x10000ul

struct pretend_symbol {
	const char *name;
	void *function;	      /* or NULL: a variable */
	unsigned long offset; /* in the area */
};

extern const struct pretend_symbol pretend_symbols[]; /* of the test; ends with a NULL name */

static long pretend_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
}

/* Clobbers what a real one may, to catch who relies on more. */
__asm__(".globl pretend_call_gate, pretend_syscall_gate\n"
	".type pretend_call_gate, @function\n"
	"pretend_call_gate:\n"
	"	sub $8, %rsp\n"
	"	call *%rax\n"
	"	add $8, %rsp\n"
	"	mov $-1, %rcx\n"
	"	mov %rcx, %rdx\n"
	"	mov %rcx, %rsi\n"
	"	mov %rcx, %rdi\n"
	"	mov %rcx, %r8\n"
	"	mov %rcx, %r9\n"
	"	mov %rcx, %r10\n"
	"	mov %rcx, %r11\n"
	"	ret\n"
	".type pretend_syscall_gate, @function\n"
	"pretend_syscall_gate:\n"
	"	syscall\n"
	"	ret\n");

extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* A static program that moves has not relocated its own pointers yet when a binder at its entry point asks. */
static const void *relocated(const void *pointer)
{
	return pointer && (const char *)pointer < __ehdr_start ? __ehdr_start + (unsigned long)pointer : pointer;
}

unsigned long pretend_lookup(const char *name)
{
	static int mapped;

	/* PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE */
	if (!mapped && pretend_syscall6(9, AREA, AREA_SIZE, 3, 0x100022, -1, 0) != (long)AREA)
		return 0;
	mapped = 1;
	for (const struct pretend_symbol *symbol = pretend_symbols; symbol->name; symbol++) {
		const char *own = relocated(symbol->name);
		size_t i = 0;

		while (own[i] && own[i] == name[i])
			i++;
		if (own[i] == name[i])
			return symbol->function ? (unsigned long)relocated(symbol->function) : AREA + symbol->offset;
	}
	return name[0] == 's' && name[1] == 'e' && name[2] == 'v'; /* "several" is ambiguous */
}
