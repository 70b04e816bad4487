// SPDX-License-Identifier: GPL-2.0-or-later
/* The stacks that interrupts of kernel-mode processes begin on: each has a guard page, and the unwinder knows it. */
#include <stdio.h>

#define PAGE		4096UL
#define PRESENT		1UL	/* _PAGE_PRESENT of a page-table entry */
#define WRITABLE	2UL	/* _PAGE_RW */

/* As in arch/x86/include/asm/stacktrace.h */
struct stack_info {
	int type;
	unsigned long *begin, *end, *next_sp;
};

extern unsigned long kml_stacks_start, kml_stacks_end;
unsigned long *lookup_address(unsigned long address, unsigned int *level);
int get_stack_info(unsigned long *stack, void *task, struct stack_info *info, unsigned long *visit_mask);

static int failures;

static void expect(int holds, const char *what, unsigned long address)
{
	if (holds)
		return;
	printf("not so: %s, at %lx bytes from the first\n", what, address - kml_stacks_start);
	failures++;
}

static unsigned long page_table_entry(unsigned long address)
{
	unsigned int level = 0;
	unsigned long *entry = lookup_address(address, &level);

	return entry ? *entry : 0;
}

static void check_stack(unsigned long guard)
{
	unsigned long stack = guard + PAGE, addresses[] = { stack, stack + PAGE - 8 };
	struct stack_info info = { 0 };

	expect(!(page_table_entry(guard) & PRESENT), "the guard page is not there", guard);
	expect((page_table_entry(stack) & (PRESENT | WRITABLE)) == (PRESENT | WRITABLE), "the stack is there", stack);
	expect(get_stack_info((unsigned long *)(stack - 8), NULL, &info, NULL) != 0, "the guard page is no stack", guard);
	for (int i = 0; i < 2; i++) {
		expect(get_stack_info((unsigned long *)addresses[i], NULL, &info, NULL) == 0, "the unwinder knows the stack",
			addresses[i]);
		expect((unsigned long)info.begin == stack && (unsigned long)info.end == stack + PAGE,
			"the unwinder knows where it ends", addresses[i]);
	}
}

int main(void)
{
	int stacks = 0;

	for (unsigned long guard = kml_stacks_start; guard < kml_stacks_end; guard += 2 * PAGE) {
		check_stack(guard);
		stacks++;
	}
	printf("%d stacks\n", stacks);
	return failures || !stacks;
}
