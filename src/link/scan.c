// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include "address_set.h"
#include "arch.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "functions.h"
#include "linked.h"
#include "program.h"
#include "syscalls.h"

#include <errno.h>
#include <stdlib.h>

/* Far more than any program has, and little enough to keep. */
enum { CALLS_MAX = 1 << 20, TARGETS_MAX = 1 << 24 };

static void cleanup_functions(struct functions **functions)
{
	functions_free(*functions);
}

bool scan_add(struct scan *scan, const struct system_call *call)
{
	struct system_calls *calls = scan->calls;

	if (calls->count == CALLS_MAX) {
		scan->problem = "has more system-call instructions than a program";
		return false;
	}
	if (calls->count == calls->room) {
		size_t room = calls->room ? calls->room * 2 : 64;
		struct system_call *list = reallocarray(calls->list, room, sizeof(*list));

		if (!list)
			return false;
		calls->list = list;
		calls->room = room;
	}
	calls->list[calls->count++] = *call;
	return true;
}

bool scan_add_target(struct scan *scan, uint64_t address)
{
	if (scan->targets->count == TARGETS_MAX) {
		scan->problem = "has more branches than a program";
		return false;
	}
	return address_set_add(scan->targets, address);
}

/* What else jumps behind the load of the number may have another one. */
static void doubt_number(struct system_call *call, const struct address_set *targets)
{
	for (uint64_t at = call->since + 1; call->known && at <= call->address; at++)
		call->known = !address_set_has(targets, at);
}

static void name_function(struct system_call *call, const struct functions *functions)
{
	uint64_t end;
	const struct function *function = functions_around(functions, call->address, &end);

	if (!function || !function->name || (function->size && call->address - function->start >= function->size))
		return;
	call->function = function->name;
	call->offset = call->address - function->start;
}

/* Sections of a program that say they are the same bytes would take time without end. */
static bool has_too_much_code(const struct image *image)
{
	uint64_t size = 0;

	for (size_t i = 1; i < image->section_count; i++)
		if (image->sections[i].sh_flags & SHF_EXECINSTR && image->sections[i].sh_type == SHT_PROGBITS)
			size += image->sections[i].sh_size;
	return size > image->size;
}

int scan_program(const struct program *program, struct system_calls *ret, struct kml_err *err)
{
	_cleanup_(address_set_free) struct address_set targets = {};
	_cleanup_(cleanup_functions) struct functions *functions = NULL;
	struct scan scan = { .program = program, .calls = ret, .targets = &targets };

	if (has_too_much_code(&program->image))
		return err_set(err, ENOTSUP, "%s: sections overlap", program->name);
	scan.functions = functions = functions_find_all(program);
	if (!functions || !program->arch->linked->scan(&scan))
		return scan.problem ? err_set(err, ENOTSUP, "%s: %s", program->name, scan.problem) :
			err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < ret->count; i++) {
		struct system_call *call = &ret->list[i];

		doubt_number(call, &targets);
		call->name = call->known ? syscall_name(program->arch, call->number) : NULL;
		name_function(call, functions);
	}
	return 0;
}

void system_calls_free(struct system_calls *calls)
{
	free(calls->list);
	*calls = (struct system_calls){};
}
