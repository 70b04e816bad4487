// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include "arm_map.h"
#include "program.h"

#include <stddef.h>

enum { NOWHERE = 64, WORD = 4, SHORT = 2 };

static int32_t extend(uint32_t value, unsigned int bits)
{
	return (int32_t)(value << (32 - bits)) >> (32 - bits);
}

/* A branch of ARM code, with or without link. */
static bool is_arm_branch(uint32_t word, uint64_t at, uint64_t *ret)
{
	if ((word & 0x0e000000) != 0x0a000000)
		return false;
	*ret = (uint32_t)(at + 8 + (int64_t)extend(word & 0xffffff, 24) * WORD);
	return true;
}

/* A long branch of Thumb code: BL, BLX or B. */
static bool is_thumb_branch(uint32_t word, uint64_t at, uint64_t *ret)
{
	uint32_t sign = word >> 10 & 1, first = !((word >> 29 & 1) ^ sign), second = !((word >> 27 & 1) ^ sign);
	uint32_t distance = sign << 24 | first << 23 | second << 22 | (word & 0x3ff) << 12 | (word >> 16 & 0x7ff) << 1;
	bool to_arm = (word & 0xd0000000) == 0xc0000000;

	if ((word & 0xf800) != 0xf000 || ((word & 0x90000000) != 0x90000000 && !to_arm))
		return false;
	*ret = (uint32_t)((to_arm ? (at + 4) & ~(uint64_t)3 : at + 4) + (int64_t)extend(distance, 25));
	return true;
}

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

	for (uint64_t at = run->start; at + (run->thumb ? SHORT : WORD) <= run->end;) {
		bool is_word = !run->thumb || arm_is_long(arm_half_at(run, at));

		if (is_word && at + WORD > run->end)
			break;
		if (is_word && (run->thumb ? is_thumb_branch(arm_word_at(run, at), at, &to) :
				is_arm_branch(arm_word_at(run, at), at, &to)) && to < NOWHERE) {
			finding->address = at;
			return 1;
		}
		at += is_word ? WORD : SHORT;
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
