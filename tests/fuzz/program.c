// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs and libraries that were linked already: given the names of a small kernel and a vDSO, all kml-link does with them. */
#include "fuzz.h"

#include "common/err.h"
#include "image/vdso.h"
#include "link/kernel.h"
#include "link/link.h"
#include "link/messages.h"
#include "link/postlink.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/auxv.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kernel kernel;
	struct link_opts opts = { .input_count = 1 };
	struct messages messages = {};
	struct kml_err err;
	char *input;

	if (!kernel.images && kernel_open(fuzz_file((const uint8_t *)system_map, sizeof(system_map) - 1), NULL, 0, &kernel,
			&err) < 0)
		abort();
	input = (char *)fuzz_file(data, size);
	opts.inputs = &input;
	opts.output = fuzz_output();
	/* Many programs are refused for what they want of the vDSO: those go the other way alone. */
	if (postlink(&opts, &kernel, own_vdso(), opts.output, &messages, &err) < 0)
		(void)postlink(&opts, &kernel, NULL, opts.output, &messages, &err);
	messages_free(&messages);
	return 0;
}
