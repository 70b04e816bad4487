// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain.h"

#include "common/err.h"
#include "imports.h"
#include "json.h"
#include "kernel.h"
#include "link.h"
#include "rebind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_import(const struct import *import)
{
	printf("%s: ", import->name);
	if (strcmp(import->name, import->kernel_name) != 0)
		printf("the kernel's %s, ", import->kernel_name);
	switch (import->kind) {
	case KML_KIND_SYSCALL:
		printf("system call %u, through the system-call gate", import->number);
		break;
	case KML_KIND_FUNCTION:
		printf("function, %s", import->binding == KML_BINDING_GATE ? "through the call gate" :
			"called directly, on the program's stack");
		break;
	case KML_KIND_DATA:
		printf("data, by its address");
		break;
	}
	if (import->address)
		printf("; 0x%" PRIx64 " in the image", import->address);
	if (*import->origin)
		printf(", %s", import->origin);
	printf("%s\n", import->chosen ? "; asked for" : "");
}

int explain(const struct link_opts *opts, const struct imports *imports, const struct rebinding *rebinding,
	const struct kernel *kernel, struct kml_err *err)
{
	if (opts->json)
		return json_print_plan(opts->output, imports, rebinding, kernel, err);
	printf("%s: %zu import%s from %s (%s)\n", opts->output, imports->count, imports->count == 1 ? "" : "s",
		kernel->text, kernel->images[0].path);
	for (size_t i = 0; i < imports->count; i++)
		print_import(&imports->list[i]);
	for (size_t i = 0; i < rebinding->count; i++)
		printf("%s: from the vDSO, version %s\n", rebinding->list[i].name, rebinding->list[i].version);
	/* Before anything is made: a plan that nobody could read is an error. */
	return fflush(stdout) != 0 || ferror(stdout) ? err_errno(err, "cannot write the output") : 0;
}
