// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pretend [--abi N] PROGRAM [ARGUMENT...]: starts a program with the auxiliary
 * vector of a kernel-mode process, in user mode. Some entries that no C library
 * needs are replaced while the program waits at its first instruction; gates
 * and lookup are functions of the program (pretend-kernel.c).
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kml/abi.h>

#include "image/image.h"
#include "common/cleanup.h"
#include "common/err.h"

static struct symbols symbols;

static unsigned long symbol_value(const char *name)
{
	for (size_t i = 1; i < symbols.count; i++) {
		GElf_Sym symbol = symbol_at(&symbols, i);

		if (strcmp(symbol_name(&symbols, &symbol), name) == 0)
			return symbol.st_value;
	}
	fprintf(stderr, "pretend: program has no %s\n", name);
	exit(125);
}

static unsigned long peek(pid_t child, unsigned long address)
{
	errno = 0;
	return ptrace(PTRACE_PEEKDATA, child, address, NULL);
}

/* Address of the child's auxiliary vector: behind argc, argv and envp. */
static unsigned long find_auxv(pid_t child)
{
	struct user_regs_struct registers;
	unsigned long at;

	ptrace(PTRACE_GETREGS, child, NULL, &registers);
	at = registers.rsp + (peek(child, registers.rsp) + 2) * 8;
	while (peek(child, at))
		at += 8;
	return at + 8;
}

static void change_auxv(pid_t child, unsigned long entry, unsigned long abi)
{
	static const unsigned long spare[] = { AT_UID, AT_EUID, AT_GID, AT_EGID, AT_CLKTCK };
	unsigned long auxv = find_auxv(child), bias = 0, at;
	unsigned long wanted[KML_AUXV_ENTRIES][2];

	for (at = auxv; peek(child, at) != AT_NULL; at += 16)
		if (peek(child, at) == AT_ENTRY)
			bias = peek(child, at + 8) - entry;
	wanted[0][0] = AT_KML_ABI, wanted[0][1] = abi;
	wanted[1][0] = AT_KML_SYSCALL_GATE, wanted[1][1] = bias + symbol_value("pretend_syscall_gate");
	wanted[2][0] = AT_KML_CALL_GATE, wanted[2][1] = bias + symbol_value("pretend_call_gate");
	wanted[3][0] = AT_KML_SLIDE, wanted[3][1] = 0;
	wanted[4][0] = AT_KML_LOOKUP, wanted[4][1] = bias + symbol_value("pretend_lookup");
	for (at = auxv; peek(child, at) != AT_NULL; at += 16)
		for (int i = 0; i < KML_AUXV_ENTRIES; i++)
			if (peek(child, at) == spare[i]) {
				ptrace(PTRACE_POKEDATA, child, at, wanted[i][0]);
				ptrace(PTRACE_POKEDATA, child, at + 8, wanted[i][1]);
				break;
			}
}

int main(int argc, char **argv)
{
	unsigned long abi = KML_ABI_VERSION;
	_cleanup_(image_close) struct image image = {};
	struct kml_err err;
	int status;
	pid_t child;

	if (argc > 2 && strcmp(argv[1], "--abi") == 0) {
		abi = strtoul(argv[2], NULL, 0);
		argv += 2;
		argc -= 2;
	}
	if (argc < 2)
		return 125;
	if (image_open(argv[1], argv[1], 1 << 30, &image, &err) < 0 || image_symbols(&image, &symbols, &err) <= 0) {
		err_print(&err);
		return 125;
	}
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) {
		fprintf(stderr, "pretend: cannot trace a program here\n");
		return 125;
	}
	change_auxv(child, image.header.e_entry, abi);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
