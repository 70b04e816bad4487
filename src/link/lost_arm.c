// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include "arm_map.h"
#include "program.h"

#include <stddef.h>

enum { NOWHERE = 64 };

struct finding {
	const struct program *program;
	uint64_t address;
};

static int find_in_run(const struct arm_run *original, void *context)
{
	struct finding *finding = context;
	const struct arm_run changed = { .start = original->start, .end = original->end, .thumb = original->thumb,
		.code = program_at(finding->program, original->start, original->end - original->start) }, *run = &changed;
	uint64_t to;

	for (uint64_t at = run->start; at + arm_shortest(run) <= run->end;) {
		size_t length = arm_length_at(run, at);

		if (at + length > run->end)
			break;
		if (arm_branch_target(arm_instruction_at(run, at), run->thumb, at, &to) && to < NOWHERE) {
			finding->address = at;
			return 1;
		}
		at += length;
	}
	return 0;
}

bool lost_find_arm(const struct program *program, bool data, uint64_t *ret)
{
	void *map = arm_map_make(program);
	struct finding finding = { .program = program };
	bool found = map && arm_map_visit(map, 0, UINT64_MAX, find_in_run, &finding) == 1;

	(void)data;
	arm_map_free(map);
	*ret = finding.address;
	return found;
}
