// SPDX-License-Identifier: GPL-2.0-or-later
/* The types of a kernel: what is accepted can be hashed, compared, shown and written as a header. */
#include "fuzz.h"

#include "common/err.h"
#include "types/compare.h"
#include "types/hash.h"
#include "types/header.h"
#include "types/passing.h"
#include "types/text.h"
#include "types/types.h"

#include <bpf/btf.h>
#include <stdlib.h>

enum { NAMES_MAX = 8 };

static void try_all(const struct types *types)
{
	struct header_name names[NAMES_MAX];
	size_t count = 0;
	FILE *file;

	for (uint32_t id = 1; id < btf__type_cnt(types->list[0]) && count < NAMES_MAX; id++) {
		const struct btf_type *type = btf__type_by_id(types->list[0], id);
		struct header_name *name = &names[count];

		*name = (struct header_name){ .name = btf__str_by_offset(types->list[0], type->name_off) ?: "" };
		if (!btf_is_func(type) || types_function(types, name->name, &name->type) != TYPES_KNOWN)
			continue;
		name->hash = hash_type(name->type);
		free(text_declaration(name->type, name->name));
		free(compare_types(name->type, name->type));
		(void)passing_problem(name->type);
		count++;
	}
	file = fopen("/dev/null", "w");
	if (!file)
		return;
	(void)header_write(file, names, count, "fuzz");
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct types types = {};
	struct kml_err err;

	if (types_add(&types, "fuzz", data, size, NULL, &err) > 0)
		try_all(&types);
	types_close(&types);
	return 0;
}
