// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 32-bit ARM. Functions need nothing but their stubs: the linker binds calls
 * and pointers of every kind to them, from ARM and Thumb code.
 *
 * The kernel's data is reached through slots. Position-independent code finds
 * the address of a variable of others in the global offset table, and a slot is
 * what that entry would have been. Other code has the address in two halves
 * (arm_code.h), or as a word between instructions, which nobody can tell from
 * others: compilers do without those by -fPIE.
 */
#include "arch.h"

#include "arm_code.h"
#include "common/err.h"
#include "helper_names.h"
#include "linked.h"
#include "rewrite.h"
#include "syscalls.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

/* Fields of a word, as relocations without addends change them; all that is rewritten here is of this size. */
#define WORD 4

/* One register is free for both: the slot has the gate behind the function. IP: address of the function. */
static const char through_gate[] =
	"	ldr	ip, 1f\n"
	"0:	add	ip, pc, ip\n"
	"	ldm	ip, {ip, pc}\n"
	"1:	.word	.Lslot_%1$s - 0b - 8\n";

/* Where the user has said that the function works on the program's stack. */
static const char directly[] =
	"	ldr	ip, 1f\n"
	"0:	add	ip, pc, ip\n"
	"	ldr	pc, [ip]\n"
	"1:	.word	.Lslot_%1$s - 0b - 8\n";

/* System calls have seven arguments in registers, C has four; 64 bits are in the same places then. */
static const char system_call[] =
	"	.save	{r4, r5, r6, r7, lr}\n"
	"	push	{r4, r5, r6, r7, lr}\n"
	"	.cfi_adjust_cfa_offset 20\n"
	"	.cfi_rel_offset lr, 16\n"
	"	ldr	r4, [sp, #20]\n"
	"	ldr	r5, [sp, #24]\n"
	"	ldr	r6, [sp, #28]\n"
	"	movw	r7, #%3$u\n"
	"	ldr	ip, 1f\n"
	"0:	ldr	ip, [pc, ip]\n"
	"	blx	ip\n"
	"	pop	{r4, r5, r6, r7, pc}\n"
	"1:	.word	.kml.syscall_gate - 0b - 8\n";

static const struct syscall_entry syscalls[] = {
#include "syscalls-arm.inc"
	{ NULL, NULL, 0 },
};
static const size_t syscall_count = sizeof(syscalls) / sizeof(syscalls[0]) - 1;

static const char *const relocation_names[] = {
	[R_ARM_NONE] = "NONE", [R_ARM_PC24] = "PC24", [R_ARM_ABS32] = "ABS32", [R_ARM_REL32] = "REL32",
	[R_ARM_THM_PC22] = "THM_CALL", [R_ARM_GOTOFF] = "GOTOFF32", [R_ARM_GOTPC] = "BASE_PREL", [R_ARM_GOT32] = "GOT_BREL",
	[R_ARM_PLT32] = "PLT32", [R_ARM_CALL] = "CALL", [R_ARM_JUMP24] = "JUMP24", [R_ARM_THM_JUMP24] = "THM_JUMP24",
	[R_ARM_TARGET1] = "TARGET1", [R_ARM_V4BX] = "V4BX", [R_ARM_TARGET2] = "TARGET2", [R_ARM_PREL31] = "PREL31",
	[R_ARM_MOVW_ABS_NC] = "MOVW_ABS_NC", [R_ARM_MOVT_ABS] = "MOVT_ABS", [R_ARM_MOVW_PREL_NC] = "MOVW_PREL_NC",
	[R_ARM_MOVT_PREL] = "MOVT_PREL", [R_ARM_THM_MOVW_ABS_NC] = "THM_MOVW_ABS_NC",
	[R_ARM_THM_MOVT_ABS] = "THM_MOVT_ABS", [R_ARM_THM_MOVW_PREL_NC] = "THM_MOVW_PREL_NC",
	[R_ARM_THM_MOVT_PREL] = "THM_MOVT_PREL", [R_ARM_GOT_PREL] = "GOT_PREL",
};

static int make_fixup(struct rewriter *rewriter, const struct arm_site *at, struct kml_err *err)
{
	const char *problem = rewrite_fixup_problem(rewriter, at->site.section);
	struct kml_fixup fixup = {};
	int32_t addend;
	size_t number;

	if (problem)
		return site_refuse(rewriter, &at->site, problem, err);
	memcpy(&addend, arm_field(rewriter, at), WORD);
	fixup.addend = addend;
	number = buffer_add(&rewriter->fixups, &fixup, sizeof(fixup));
	site_add_relocation(&rewriter->fixup_relocations, number + offsetof(struct kml_fixup, place),
		rewriter_section_symbol(rewriter, at->site.section), R_ARM_REL32, at->self.r_offset);
	site_add_relocation(&rewriter->fixup_relocations, number + offsetof(struct kml_fixup, slot),
		GELF_R_SYM(at->self.r_info), R_ARM_REL32, 0);
	rewrite_open_fixup(rewriter, at->site.section);
	memset(arm_field(rewriter, at), 0, WORD);
	/* Does nothing, but lets --gc-sections keep the fixups of data that it keeps. */
	arm_set_relocation(at, rewriter_new_section_symbol(rewriter, NEW_FIXUPS), R_ARM_NONE);
	return 0;
}

static int rewrite_site(struct rewriter *rewriter, const struct arm_site *at, struct kml_err *err)
{
	const GElf_Shdr *section = &rewriter->object->image.sections[at->site.section];

	rewriter->changed = true;
	if (at->site.type == R_ARM_NONE)
		return 0;
	if (!(section->sh_flags & SHF_ALLOC)) { /* debug information */
		arm_set_relocation(at, 0, R_ARM_NONE);
		return 0;
	}
	if (!site_has_field(rewriter, &at->site, WORD))
		return site_refuse(rewriter, &at->site, "is outside of its section", err);
	switch (at->site.type) {
	case R_ARM_GOT_PREL:
		arm_set_relocation(at, GELF_R_SYM(at->self.r_info), R_ARM_REL32);
		return 0;
	case R_ARM_GOT32:
		arm_set_relocation(at, GELF_R_SYM(at->self.r_info), R_ARM_GOTOFF);
		return 0;
	case R_ARM_ABS32:
	case R_ARM_TARGET1:
		if (!(section->sh_flags & SHF_EXECINSTR))
			return make_fixup(rewriter, at, err);
		return site_refuse(rewriter, &at->site,
			"has the address of the kernel's variable between instructions: compile with -fPIE", err);
	case R_ARM_MOVW_ABS_NC:
	case R_ARM_MOVT_ABS:
	case R_ARM_THM_MOVW_ABS_NC:
	case R_ARM_THM_MOVT_ABS:
		return arm_rewrite_move(rewriter, at, err);
	default:
		return site_refuse(rewriter, &at->site, "is of a kind that is not supported", err);
	}
}

static int rewrite_section(struct rewriter *rewriter, size_t relocations, struct kml_err *err)
{
	struct arm_site at = { .site = { .section = rewriter->object->image.sections[relocations].sh_info,
		.list = rewriter_data(rewriter, relocations) } };

	for (; gelf_getrel(at.site.list, at.site.number, &at.self); at.site.number++) {
		int result;

		at.site.self = (GElf_Rela){ .r_offset = at.self.r_offset, .r_info = at.self.r_info };
		at.site.type = GELF_R_TYPE(at.self.r_info);
		at.site.import = site_import(rewriter, &at.site.self);
		if (!at.site.import || at.site.import->kind != KML_KIND_DATA)
			continue;
		result = rewrite_site(rewriter, &at, err);
		if (result < 0)
			return result;
	}
	return 0;
}

static int rewrite(const struct object *object, const struct imports *imports, const char *path, struct kml_err *err)
{
	return rewrite_object_by(object, imports, path, SHT_REL, rewrite_section, err);
}

const struct link_arch link_arch_arm = {
	.machine = EM_ARM,
	.name = "32-bit ARM",
	.compiler = "arm-linux-gnueabihf-gcc",
	.start_library = "libkml-start-arm.a",
	.assembler_head = "	.syntax unified\n	.arch armv7-a\n	.arm\n",
	.pointer = ".long",
	.word_alignment = ".p2align 3",
	.stub_begin = "	.fnstart\n	.cfi_startproc\n",
	.stub_end = "	.cfi_endproc\n	.fnend\n",
	.through_gate = through_gate,
	.directly = directly,
	.system_call = system_call,
	.syscalls = syscalls,
	.syscall_count = &syscall_count,
	.syscall_prefix = "",
	.relocation_prefix = "R_ARM_",
	.relocation_names = relocation_names,
	.relocation_name_count = sizeof(relocation_names) / sizeof(relocation_names[0]),
	.relocations_have_addends = false,
	.kernel_begin = 0x3f000000, /* modules below the kernel, where programs have but one of four GiB */
	.reach_is_known = false,
	.linked = &linked_arch_arm,
	.rewrite = rewrite,
};
