/* SPDX-License-Identifier: MIT */
#pragma once
/* The binder; see start.c. */
#include <elf.h>

#include <kml/abi.h>

#define HIDDEN(name) __asm__(".kml." name) __attribute__((visibility("hidden")))

/* As main() is called, with the auxiliary vector behind the environment. */
void kml_start(int argc, char **argv, char **envp) HIDDEN("start");

/* program: for messages. Does not return if the program cannot run. */
void start_with(const char *program, const Elf64_auxv_t *auxv) HIDDEN("start_with");

/* Follows a distance that is counted from the address of its own field. */
static inline const void *start_follow(const kml_s32 *field)
{
	return (const char *)field + *field;
}
