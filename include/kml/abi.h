/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The contract between a kernel with kernel mode and the programs that run in
 * it. The kernel, the tools and the start-up code of linked programs all
 * include this very file. Only numbers and layouts live here; no code.
 */
#ifndef KML_ABI_H
#define KML_ABI_H

#define KML_ABI_VERSION 1

/*
 * Auxiliary vector entries. Only a kernel-mode process has them; they hold
 * kernel addresses, so nobody else may see them.
 */
#define AT_KML_ABI		0x4b4d4c00 /* KML_ABI_VERSION of the kernel */
#define AT_KML_SYSCALL_GATE	0x4b4d4c01 /* address of the system-call gate */
#define AT_KML_CALL_GATE	0x4b4d4c02 /* address of the call gate */
#define AT_KML_SLIDE		0x4b4d4c03 /* run-time minus link-time address of the kernel image */
#define AT_KML_LOOKUP		0x4b4d4c04 /* address of the symbol lookup function */
#define KML_AUXV_ENTRIES	5

/*
 * The gates are called with a plain CALL from the program's own code, with a
 * valid stack. They run the kernel's work on the task's kernel stack with
 * interrupts enabled and, before they return, do what every return to user
 * space does: signals, rescheduling, FPU state. A program's CLI does not
 * outlast a gate.
 *
 * System-call gate, x86-64: number in RAX, arguments in RDI RSI RDX R10 R8 R9,
 * result or -errno in RAX; RCX and R11 are clobbered, as by SYSCALL.
 *
 * Call gate, x86-64: address of the kernel function in RAX, up to six integer
 * or pointer arguments in RDI RSI RDX RCX R8 R9, result in RAX; clobbers what
 * the C ABI lets a function clobber.
 *
 * Lookup function (to be called through the call gate):
 *   unsigned long lookup(const char *name);
 * Returns the run-time address of the only kernel symbol of that name, modules
 * included; KML_LOOKUP_UNKNOWN if there is none (or name cannot be read), and
 * KML_LOOKUP_AMBIGUOUS if there are several.
 */
#define KML_LOOKUP_UNKNOWN	0
#define KML_LOOKUP_AMBIGUOUS	1

/* Directory below which programs start in kernel mode. */
#define KML_TRUSTED_DIR		"/trusted"

/* Files of the kernel, one value each; see kml(7). */
#define KML_SYSFS_DIR		"/sys/kernel/kml"

/*
 * What kml-link leaves in a program: an ELF note that leads to the import
 * table. The kernel reads its flags alone. All references are signed 32-bit distances from the address of the
 * field itself, so nothing in it needs a dynamic relocation.
 */
#define KML_NOTE_NAME		"KML"
#define KML_NOTE_TYPE		1

/* Every import can also be done by ordinary system calls: the program may run in user mode. */
#define KML_NOTE_USER_MODE_OK	0x1
/* The program executes memory that it writes (JIT compilers); root has to allow that, see kml(7). */
#define KML_NOTE_EXECUTABLE_MEMORY	0x2

#define KML_BUILD_ID_SIZE	20

enum kml_import_kind {
	KML_KIND_FUNCTION = 1,
	KML_KIND_DATA = 2,
	KML_KIND_SYSCALL = 3,
};

enum kml_import_binding {
	KML_BINDING_GATE = 1,		/* reached through a gate */
	KML_BINDING_ADDRESS = 2,	/* the slot holds the address itself */
};

#ifndef __ASSEMBLER__
#ifdef __KERNEL__
#include <linux/types.h>
typedef __u32 kml_u32;
typedef __s32 kml_s32;
typedef __s64 kml_s64;
#else
#include <stdint.h>
typedef uint32_t kml_u32;
typedef int32_t kml_s32;
typedef int64_t kml_s64;
#endif

/* One imported name. 16 bytes. */
struct kml_import {
	kml_s32 name;		/* to the NUL-terminated name */
	kml_s32 slot;		/* to the 8-byte slot that the binder fills; 0 for a system call */
	kml_u32 kind_binding;	/* kind in bits 0-7, binding in bits 8-15, rest 0 */
	kml_u32 number;		/* system-call number, else 0 */
};

/* A pointer in the program's data that holds the address of an import. 16 bytes. */
struct kml_fixup {
	kml_s32 place;		/* to the 8-byte pointer */
	kml_s32 slot;		/* to the slot of the import */
	kml_s64 addend;
};

/* Descriptor of the note. 48 bytes. */
struct kml_note {
	kml_u32 abi_version;
	kml_u32 flags;		/* KML_NOTE_* */
	kml_s32 imports;	/* to the first struct kml_import */
	kml_u32 import_count;
	kml_s32 fixups;		/* to the first struct kml_fixup */
	kml_u32 fixup_count;
	unsigned char build_id[KML_BUILD_ID_SIZE]; /* of the kernel it was checked against; zeros if that has none */
	kml_u32 reserved;	/* 0 */
};
#endif /* __ASSEMBLER__ */
#endif /* KML_ABI_H */
