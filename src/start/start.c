// SPDX-License-Identifier: MIT
/*
 * The binder: start-up code that kml-link puts into every program. It runs
 * before all constructors and before main(), finds out whether the process is
 * in kernel mode, and fills the slots of the imports.
 *
 * It must not call libc (nothing of it is initialized yet, and a kernel of the
 * same name must not be taken for it), and needs no dynamic relocation. Its
 * only global names begin with ".kml.", which no C program can name.
 */
#include "start.h"
#include "running.h"
#include "system.h"
#include "text.h"

#include <kml/program.h>

#include <stddef.h>

/* Written by kml-link in the program's own object. */
extern const struct kml_note kml_note HIDDEN("note");
extern const struct kml_expected kml_expected[] HIDDEN("expected");
extern void *kml_call_gate HIDDEN("call_gate");
extern void *kml_syscall_gate HIDDEN("syscall_gate");

#ifdef __arm__
#define SYSTEM_CALL_AND_RETURN	"	.arm\n	svc #0\n	bx lr\n"
#else
#define SYSTEM_CALL_AND_RETURN	"	syscall\n	ret\n"
#endif

/* What the system-call gate is where there is none. The stubs have moved the arguments to their registers already. */
void user_syscall_gate(void) HIDDEN("user_syscall_gate");
__asm__(".pushsection .text\n"
	".hidden .kml.user_syscall_gate\n"
	".type .kml.user_syscall_gate, %function\n"
	".kml.user_syscall_gate:\n"
	"	.cfi_startproc\n"
	SYSTEM_CALL_AND_RETURN
	"	.cfi_endproc\n"
	".size .kml.user_syscall_gate, . - .kml.user_syscall_gate\n"
	".popsection\n");

#ifdef __arm__
void *memset(void *bytes, int byte, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((unsigned char *)bytes)[i] = (unsigned char)byte;
	return bytes;
}
#endif

enum { EXIT_CANNOT_RUN = 126 };

/* Indexed by the number of the entry, counted from AT_KML_ABI; zeros when it is not there. */
struct kernel {
	unsigned long values[KML_AUXV_ENTRIES];
};

static unsigned long value(const struct kernel *kernel, unsigned int type)
{
	return kernel->values[type - AT_KML_ABI];
}

static struct kernel read_auxv(const start_auxv *entry)
{
	struct kernel kernel = {};

	for (; entry->a_type != AT_NULL; entry++)
		if (entry->a_type - AT_KML_ABI < KML_AUXV_ENTRIES)
			kernel.values[entry->a_type - AT_KML_ABI] = entry->a_un.a_val;
	return kernel;
}

static const struct kml_import *imports(void)
{
	return start_follow_to_table(&kml_note.imports);
}

static _Noreturn void refuse(struct text *text)
{
	text_add(text, "\n");
	system_write(2, text->bytes, text->length);
	system_exit(EXIT_CANNOT_RUN);
}

static void begin(struct text *text, const char *program)
{
	text->length = 0;
	text_add(text, text_base_name(program));
	text_add(text, ": ");
}

static _Noreturn void refuse_user_mode(const char *program)
{
	const struct kml_import *list = imports();
	struct text text;
	unsigned int first = 0;

	/* System calls would work here; name something that does not. */
	while (first + 1 < kml_note.import_count && (list[first].kind_binding & 0xff) == KML_KIND_SYSCALL)
		first++;
	begin(&text, program);
	text_add(&text, "needs kernel mode (imports ");
	text_add(&text, start_follow(&list[first].name));
	if (kml_note.import_count > 1) {
		text_add(&text, " and ");
		text_add_number(&text, kml_note.import_count - 1);
		text_add(&text, " more");
	}
	text_add(&text, "): see kml-run(1)");
	refuse(&text);
}

static _Noreturn void refuse_abi(const char *program, unsigned long abi)
{
	struct text text;

	begin(&text, program);
	text_add(&text, "linked for interface ");
	text_add_number(&text, kml_note.abi_version);
	text_add(&text, ", this kernel has ");
	text_add_number(&text, abi);
	text_add(&text, ": link it again");
	refuse(&text);
}

static _Noreturn void refuse_import(const char *program, const char *problem, const char *name)
{
	struct system_name kernel;
	struct text text;

	begin(&text, program);
	text_add(&text, "the running kernel");
	if (system_uname(&kernel) == 0) {
		text_add(&text, " (");
		text_add(&text, kernel.release);
		text_add(&text, ")");
	}
	text_add(&text, problem);
	text_add(&text, name);
	text_add(&text, "'");
	refuse(&text);
}

static unsigned long look_up(const struct kernel *kernel, const char *program, const char *name)
{
	unsigned long address = system_call_gate(value(kernel, AT_KML_CALL_GATE), value(kernel, AT_KML_LOOKUP),
		(unsigned long)name);

	if (address == KML_LOOKUP_UNKNOWN || address == KML_LOOKUP_AMBIGUOUS)
		refuse_import(program, address == KML_LOOKUP_AMBIGUOUS ? " has several symbols '" : " has no symbol '", name);
	return address;
}

/* Where it lies in the image of the kernel, if that is known without asking it; else 0. */
static long known_address(const struct running_index *index, enum running running, const char *program,
	const struct kml_expected *expected, const char *name)
{
	struct kml_index_bucket bucket;
	const struct kml_index_entry *found;

	if (running == RUNNING_THIS)
		return expected->address;
	found = running == RUNNING_OTHER_WITH_INDEX ? running_find(index, name, &bucket) : NULL;
	if (!found)
		return 0;
	if (found->type && expected->type && found->type != expected->type)
		refuse_import(program, " has another type for '", name);
	return found->address;
}

static void bind_imports(const struct kernel *kernel, const char *program)
{
	const struct kml_import *list = imports();
	struct running_index index = { -1 };
	enum running running = running_is(kml_note.build_id, &index);

	/* To go on without it would leave out the check of types, at the caller's will */
	if (index.withheld)
		refuse_import(program, " is unknown without '", index.withheld);
	for (unsigned int i = 0; i < kml_note.import_count; i++) {
		const char *name = start_follow(&list[i].name);
		long address;

		if (!list[i].slot)
			continue;
		address = known_address(&index, running, program, &kml_expected[i], name);
		start_fill((unsigned long *)start_follow(&list[i].slot), address ?
			(unsigned long)address + value(kernel, AT_KML_SLIDE) : look_up(kernel, program, name),
			list[i].kind_binding & 0xff, value(kernel, AT_KML_CALL_GATE));
	}
	system_close(index.fd);
}

static void apply_fixups(void)
{
	const struct kml_fixup *list = start_follow_to_table(&kml_note.fixups);

	for (unsigned int i = 0; i < kml_note.fixup_count; i++)
		*(unsigned long *)start_follow(&list[i].place) =
			*(const unsigned long *)start_follow(&list[i].slot) + (unsigned long)list[i].addend;
}

void start_with(const char *program, const start_auxv *auxv)
{
	const struct kernel kernel = read_auxv(auxv);
	unsigned long abi = value(&kernel, AT_KML_ABI);

	/* The instruction works at every privilege level, and on kernels that have other gates. */
	if (abi != kml_note.abi_version && kml_note.flags & KML_NOTE_USER_MODE_OK) {
		kml_syscall_gate = (void *)user_syscall_gate;
		return;
	}
	if (!abi)
		refuse_user_mode(program);
	if (abi != kml_note.abi_version)
		refuse_abi(program, abi);
	kml_syscall_gate = (void *)value(&kernel, AT_KML_SYSCALL_GATE);
	kml_call_gate = (void *)value(&kernel, AT_KML_CALL_GATE);
	bind_imports(&kernel, program);
	apply_fixups();
}

/* Called through .preinit_array, by the C library or by the dynamic linker. */
void kml_start(int argc, char **argv, char **envp)
{
	while (*envp)
		envp++;
	start_with(argc > 0 && argv[0] ? argv[0] : "program", (const start_auxv *)(envp + 1));
}
