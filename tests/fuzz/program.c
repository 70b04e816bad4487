// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs and libraries that were linked already: given the names of a small kernel and a vDSO, all kml-link does with
 * them; and their system-call instructions.
 */
#include "fuzz.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/vdso.h"
#include "link/kernel.h"
#include "link/link.h"
#include "link/messages.h"
#include "link/postlink.h"
#include "link/program.h"
#include "link/scan.h"
#include "link/start_library.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/auxv.h>

static const char arm_system_map[] =
	"c0008000 T _text\n"
	"c0008080 T vector_swi\n"
	"c0008100 T schedule_timeout\n"
	"c0008200 T sys_getpid\n"
	"c0008300 D jiffies\n"
	"c0008400 t twice\n"
	"c0008500 t twice\n"
	"c0009000 B _end\n";

static const char system_map[] =
	"ffffffff81000000 T _text\n"
	"ffffffff81000100 T schedule_timeout\n"
	"ffffffff81000200 T __x64_sys_getpid\n"
	"ffffffff81000300 D jiffies\n"
	"ffffffff81000400 t twice\n"
	"ffffffff81000500 t twice\n"
	"ffffffff81001000 B _end\n";

/* That of this process. Where there is none, programs are tried without. */
static const struct vdso *own_vdso(void)
{
	static struct vdso vdso;
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)getauxval(AT_SYSINFO_EHDR);
	struct kml_err err;

	if (!vdso.bytes && header && vdso_open_bytes("vdso", header, header->e_shoff +
			(size_t)header->e_shnum * header->e_shentsize, &vdso, &err) < 0)
		abort();
	return header ? &vdso : NULL;
}

static const struct kernel *open_kernel(const char *list, size_t length, const char *start_library)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));
	_cleanup_free_ char *start = start_library_find(start_library);
	const struct kernel_source source = { .path = fuzz_file((const uint8_t *)list, length) };
	struct kml_err err;

	/* Without the start-up code no program would be changed to the end, and nobody would see that. */
	if (!start || !kernel || kernel_open(&source, kernel, &err) < 0)
		abort();
	return kernel;
}

static const struct kernel *kernel_for(unsigned int machine)
{
	static const struct kernel *arm, *x86;

	if (machine == EM_ARM)
		return arm = arm ?: open_kernel(arm_system_map, sizeof(arm_system_map) - 1, "libkml-start-arm.a");
	return x86 = x86 ?: open_kernel(system_map, sizeof(system_map) - 1, "libkml-start.a");
}

static int change(const struct link_opts *opts, unsigned int machine, const struct vdso *vdso, struct messages *messages)
{
	_cleanup_(postlink_input_close) struct postlink_input input = {};
	struct kml_err err;
	int result = postlink_input_open(opts->inputs[0], &opts->choices, &input, &err);

	return result < 0 ? result : postlink(opts, &input, kernel_for(machine), vdso, opts->output, messages, &err);
}

static void scan(const char *path)
{
	_cleanup_(program_close) struct program program = {};
	_cleanup_(system_calls_free) struct system_calls calls = {};
	struct kml_err err;

	if (program_open(path, &program, &err) == 0)
		(void)scan_program(&program, &calls, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct link_opts opts = { .input_count = 1 };
	struct messages messages = {};
	unsigned int machine;
	struct kml_err err;
	char *input;

	input = (char *)fuzz_file(data, size);
	if (program_machine(input, &machine, &err) < 0)
		return 0;
	(void)kernel_for(machine);
	/* To the first bytes, as there is a kernel's list now. */
	input = (char *)fuzz_file(data, size);
	scan(input);
	opts.inputs = &input;
	opts.output = fuzz_output();
	/* Many programs are refused for what they want of the vDSO: those go the other way alone. */
	if (machine != EM_X86_64 || change(&opts, machine, own_vdso(), &messages) < 0)
		(void)change(&opts, machine, NULL, &messages);
	messages_free(&messages);
	return 0;
}
