/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What tests of the gates know of registers. The functions do by hand what no
 * stub does: they name a gate, and keep a number in a register that a function
 * need not preserve.
 */
#ifdef __x86_64__
#define VECTOR_REGISTER "xmm9"
#define IN_VECTOR_REGISTER(number) "+x"(number)
#define PRESERVED_1 "rbx"
#define PRESERVED_2 "r12"
#define PRESERVED_3 "r15"

static inline long system_call_of_number(unsigned long gate, long number)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp; call *%1; lea 128(%%rsp), %%rsp"
			 : "+a"(number)
			 : "r"(gate)
			 : "rcx", "r11", "memory", "cc");
	return number;
}

/* Calls the function while XMM9 has *number, and leaves there what XMM9 has afterwards */
static inline unsigned long call_with_vector(unsigned long gate, unsigned long function, unsigned long argument, double *number)
{
	__asm__ volatile("movsd (%3), %%xmm9; lea -128(%%rsp), %%rsp; call *%2; lea 128(%%rsp), %%rsp; movsd %%xmm9, (%3)"
			 : "+a"(function), "+D"(argument)
			 : "r"(gate), "b"(number)
			 : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm9", "memory", "cc");
	return function;
}

/* What is left, after a call of the function, in the registers that the gate itself has used, where nothing was before */
static inline unsigned long left_by_call(unsigned long gate, unsigned long function, unsigned long argument)
{
	unsigned long left = 0;

	__asm__ volatile("lea -128(%%rsp), %%rsp; call *%3; lea 128(%%rsp), %%rsp"
			 : "+a"(function), "+D"(argument), "+c"(left)
			 : "r"(gate)
			 : "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	return left;
}
#else /* ARM */
#define VECTOR_REGISTER "d9"
#define IN_VECTOR_REGISTER(number) "+w"(number)
#define PRESERVED_1 "r5"
#define PRESERVED_2 "r8"
#define PRESERVED_3 "r10"

static inline long system_call_of_number(unsigned long gate, long number)
{
	register long r0 __asm__("r0") = 0;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("blx %[gate]" : "+r"(r0) : [gate] "r"(gate), "r"(r7) : "ip", "lr", "memory", "cc");
	return r0;
}

/* Calls the function while D5 has *number, and leaves there what D5 has afterwards */
static inline unsigned long call_with_vector(unsigned long gate, unsigned long function, unsigned long argument, double *number)
{
	register unsigned long r0 __asm__("r0") = argument;
	register unsigned long ip __asm__("ip") = function;

	__asm__ volatile("vldr d5, [%[number]]; blx %[gate]; vstr d5, [%[number]]"
			 : "+r"(r0), "+r"(ip)
			 : [gate] "r"(gate), [number] "r"(number)
			 : "r1", "r2", "r3", "lr", "d5", "memory", "cc");
	return r0;
}

/* What is left, after a call of the function, in the registers that the gate itself has used, where nothing was before */
static inline unsigned long left_by_call(unsigned long gate, unsigned long function, unsigned long argument)
{
	register unsigned long r0 __asm__("r0") = argument;
	register unsigned long r2 __asm__("r2") = 0;
	register unsigned long r3 __asm__("r3") = 0;
	register unsigned long ip __asm__("ip") = function;

	__asm__ volatile("blx %[gate]"
			 : "+r"(r0), "+r"(r2), "+r"(r3), "+r"(ip)
			 : [gate] "r"(gate)
			 : "r1", "lr", "memory", "cc");
	return r2 | r3;
}
#endif
