/* SPDX-License-Identifier: MIT */
#pragma once
/* The binder; see start.c. */
#include <elf.h>

#include <kml/abi.h>

#define HIDDEN(name) __asm__(".kml." name) __attribute__((visibility("hidden")))

#ifdef __LP64__
typedef Elf64_auxv_t start_auxv;
#else
typedef Elf32_auxv_t start_auxv;
#endif

/* As main() is called, with the auxiliary vector behind the environment. */
void kml_start(int argc, char **argv, char **envp) HIDDEN("start");

/* program: for messages. Does not return if the program cannot run. */
void start_with(const char *program, const start_auxv *auxv) HIDDEN("start_with");

/*
 * A slot has 8 bytes. Where a pointer has 4, the stub of a function finds the
 * gate behind the function, as it has one register for both. A function of
 * Thumb code has an odd address, which the kernel's symbols do not say: all of its
 * functions are such if the gate is one.
 */
static inline void start_fill(unsigned long *slot, unsigned long address, unsigned int kind, unsigned long gate)
{
	slot[0] = address;
	if (sizeof(*slot) == 4) {
		if (kind == KML_KIND_FUNCTION)
			slot[0] |= gate & 1;
		slot[1] = gate;
	}
}

/* Follows a distance that is counted from the address of its own field. */
static inline const void *start_follow(const kml_s32 *field)
{
	return (const char *)field + *field;
}

/*
 * The same, to a table that leads to what is written. The compiler must not know where it came from: it
 * leaves out what writes to something that it takes for a part of a constant.
 */
static inline const void *start_follow_to_table(const kml_s32 *field)
{
	const void *table = start_follow(field);

	__asm__("" : "+r"(table));
	return table;
}
