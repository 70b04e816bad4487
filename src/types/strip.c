// SPDX-License-Identifier: GPL-2.0-or-later
#include "strip.h"

#include <bpf/btf.h>

struct stripped strip(struct type type)
{
	struct stripped result = { .type = type, .name = "" };
	const char *typedef_name = "";

	for (int i = 0; i < STRIP_MAX && result.type.id; i++) {
		const struct btf_type *self = btf__type_by_id(type.btf, result.type.id);

		if (!self)
			break;
		if (!btf_is_mod(self) && !btf_is_typedef(self)) {
			const char *own = btf__str_by_offset(type.btf, self->name_off);

			result.self = self;
			result.is_own = own && *own;
			result.name = result.is_own ? own : typedef_name;
			return result;
		}
		if (btf_is_typedef(self))
			typedef_name = btf__str_by_offset(type.btf, self->name_off) ?: "";
		result.type.id = self->type;
	}
	result.type.id = 0;
	return result;
}
