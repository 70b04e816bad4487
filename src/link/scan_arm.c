// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include "arm_instruction.h"
#include "arm_map.h"

/* Where a system call has its number (the EABI of Linux). */
enum { NUMBER_REGISTER = 7 };

static int scan_run(const struct arm_run *run, void *context)
{
	struct scan *scan = context;
	struct system_call call = {};

	for (uint64_t at = run->start; at + arm_shortest(run) <= run->end;) {
		size_t length = arm_length_at(run, at);
		unsigned int destination;
		uint64_t target;
		uint32_t word;

		if (at + length > run->end)
			break;
		word = arm_instruction_at(run, at);
		call.address = at;
		if (arm_is_system_call(word, run->thumb) && !scan_add(scan, &call))
			return -1;
		if (arm_branch_target(word, run->thumb, at, &target) && !scan_add_target(scan, target))
			return -1;
		call.since = at;
		call.known = arm_loads_number(word, run->thumb, &destination, &call.number) && destination == NUMBER_REGISTER &&
			!(run->thumb && arm_may_be_conditional(run->code, at - run->start));
		at += length;
	}
	return 0;
}

/* Every instruction is looked at: only symbols tell code from data, and what is between two of them is short. */
bool scan_arm(struct scan *scan)
{
	void *map = arm_map_make(scan->program);
	bool done = map && arm_map_visit(map, 0, UINT64_MAX, scan_run, scan) == 0;

	if (map && arm_map_is_empty(map)) {
		scan->problem = "has no symbols that tell code from data ($a, $t), as it is stripped: give it as it was before";
		done = false;
	}
	arm_map_free(map);
	return done;
}
