// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs all cases of thunk-cases.S and prints what each left behind; addresses in kvar are printed as such. */
#include <stdio.h>
#include <string.h>

extern unsigned char kvar[]; /* the kernel's, or this program's with -DNATIVE */

struct pretend_symbol {
	const char *name;
	void *function;
	unsigned long offset;
};

#ifdef NATIVE
struct { unsigned char before[64], kvar_[4096]; } around __attribute__((aligned(64)));
__asm__(".globl kvar\n.set kvar, around + 64\n");
#endif

const struct pretend_symbol pretend_symbols[] = { { "kvar", NULL, 4096 }, { NULL, NULL, 0 } };

unsigned long case_in[16], case_out[16], case_stack, case_flags, case_out_flags, local = 77;
unsigned char case_xmm0[16], case_out_xmm0[16], case_red_zone[128], case_out_red_zone[128];
unsigned int kvar_low;

struct test_case {
	const char *name;
	void (*run)(void);
};
extern const struct test_case first_case[], end_of_cases[];
__asm__(".section .data.cases, \"aw\"\n.globl first_case\nfirst_case:\n.text\n");

static void set_up(void)
{
	for (int i = 0; i < 16; i++) {
		case_in[i] = i * 8;
		case_out[i] = 0x5555;
	}
	case_in[0] = 0x1234567890abcdeful;
	case_in[2] = 0xfedcba9876543210ul;
	case_in[1] = 2;
	case_in[15] = 0xaaaabbbbccccddddul;
	case_flags = 0x203; /* carry */
	local = 77;
	for (int i = 0; i < 128; i++)
		case_red_zone[i] = 128 + i;
	for (int i = 0; i < 256; i++)
		((unsigned char *)((unsigned long)kvar - 64))[i] = i * 7 + 1;
	memcpy(kvar + 64, &case_in[0], 8);
	for (int i = 0; i < 16; i++)
		case_xmm0[i] = 15 - i;
}

static void print_value(const char *name, unsigned long value)
{
	unsigned long offset = value - (unsigned long)kvar;

	if (offset < 4096)
		printf(" %s=kvar+%lu", name, offset);
	else
		printf(" %s=%lx", name, value);
}

static void print_bytes(const char *name, const unsigned char *bytes, int count)
{
	printf(" %s=", name);
	for (int i = 0; i < count; i++)
		printf("%02x", bytes[i]);
}

static void print_result(const char *name)
{
	static const char *const registers[] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
		"r10", "r11", "r12", "r13", "r14", "r15" };
	unsigned char copy[256];

	memcpy(copy, (const void *)((unsigned long)kvar - 64), sizeof(copy));
	printf("%s:", name);
	for (int i = 0; i < 16; i++)
		if (i == 4)
			printf(" rsp=%ld", (long)(case_out[4] - case_stack));
		else
			print_value(registers[i], case_out[i]);
	printf(" flags=%lx", case_out_flags & 0xcd5);
	print_bytes("xmm0", case_out_xmm0, 16);
	print_bytes("red", case_out_red_zone, 128);
	print_bytes("kvar", copy, sizeof(copy));
	printf("\n");
}

int main(void)
{
	kvar_low = (unsigned int)(unsigned long)kvar;
	for (const struct test_case *test = first_case; test->name; test++) {
		set_up();
		test->run();
		print_result(test->name);
	}
	return 0;
}
