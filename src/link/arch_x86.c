// SPDX-License-Identifier: GPL-2.0-or-later
/* x86-64. */
#include "arch.h"

#include "linked.h"
#include "rewrite.h"
#include "syscalls.h"

#include <elf.h>

/* The gate returns to the caller of the stub itself. RAX: address of the function, see kml/abi.h. */
static const char through_gate[] =
	"	mov .Lslot_%1$s(%%rip), %%rax\n"
	"	jmp *.kml.call_gate(%%rip)\n";

/* Where the user has said that the function works on the program's stack. */
static const char directly[] =
	"	jmp *.Lslot_%1$s(%%rip)\n";

/* The system-call convention has R10 for the fourth argument, where C has RCX. */
static const char system_call[] =
	"	mov %%rcx, %%r10\n"
	"	mov $%3$u, %%eax\n"
	"	jmp *.kml.syscall_gate(%%rip)\n";

static const struct syscall_entry syscalls[] = {
#include "syscalls.inc"
};
static const size_t syscall_count = sizeof(syscalls) / sizeof(syscalls[0]);

static const char *const relocation_names[] = { "NONE", "64", "PC32", "GOT32", "PLT32", "COPY", "GLOB_DAT", "JUMP_SLOT",
	"RELATIVE", "GOTPCREL", "32", "32S", "16", "PC16", "8", "PC8", "DTPMOD64", "DTPOFF64", "TPOFF64",
	"TLSGD", "TLSLD", "DTPOFF32", "GOTTPOFF", "TPOFF32", "PC64", "GOTOFF64", "GOTPC32", "GOT64",
	"GOTPCREL64", "GOTPC64", "GOTPLT64", "PLTOFF64", "SIZE32", "SIZE64", "GOTPC32_TLSDESC", "TLSDESC_CALL",
	"TLSDESC", "IRELATIVE", "RELATIVE64", NULL, NULL, "GOTPCRELX", "REX_GOTPCRELX" };

const struct link_arch link_arch_x86 = {
	.machine = EM_X86_64,
	.name = "x86-64",
	.compiler = "cc",
	.start_library = "libkml-start.a",
	.assembler_head = "",
	.pointer = ".quad",
	.word_alignment = ".p2align 3",
	.stub_begin = "	.cfi_startproc\n",
	.stub_end = "	.cfi_endproc\n",
	.through_gate = through_gate,
	.directly = directly,
	.system_call = system_call,
	.syscalls = syscalls,
	.syscall_count = &syscall_count,
	.syscall_prefix = "__x64_",
	.relocation_prefix = "R_X86_64_",
	.relocation_names = relocation_names,
	.relocation_name_count = sizeof(relocation_names) / sizeof(relocation_names[0]),
	.relocations_have_addends = true,
	.kernel_begin = (uint64_t)1 << 63,
	.reach_is_known = true,
	.linked = &linked_arch_x86,
	.rewrite = rewrite_object,
};
