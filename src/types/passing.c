// SPDX-License-Identifier: GPL-2.0-or-later
#include "passing.h"

#include "strip.h"

#include <bpf/btf.h>

enum { REGISTERS = 6, IN_REGISTERS_MAX = 16 };

static bool is_composite(const struct stripped *type)
{
	return type->self && btf_is_composite(type->self);
}

const char *passing_problem(struct type prototype)
{
	const struct stripped function = strip(prototype);
	const struct btf_param *parameters;
	unsigned int registers = 0;
	struct stripped result;

	if (!function.self || !btf_is_func_proto(function.self))
		return NULL;
	parameters = btf_params(function.self);
	result = strip(type_in(function.type, function.self->type));
	/* A large result goes where a hidden first argument points to. */
	if (is_composite(&result) && result.self->size > IN_REGISTERS_MAX)
		registers++;
	if (result.self && btf_is_float(result.self))
		return "returns a floating-point number, which the call gate does not pass";
	for (unsigned int i = 0; i < btf_vlen(function.self); i++) {
		const struct stripped type = strip(type_in(function.type, parameters[i].type));

		if (!type.self)
			continue;
		if (btf_is_float(type.self))
			return "takes a floating-point number, which the call gate does not pass";
		if (is_composite(&type) && type.self->size > IN_REGISTERS_MAX)
			return "takes a structure by value that is larger than 16 bytes, which the call gate does not pass";
		registers += is_composite(&type) ? (type.self->size + 7) / 8 : btf__resolve_size(type.type.btf,
			type.type.id) > 8 ? 2 : 1;
	}
	return registers > REGISTERS ? "takes more than six arguments, which the call gate does not pass" : NULL;
}
