// SPDX-License-Identifier: GPL-2.0-or-later
#include "extent.h"

#include "strip.h"

#include <bpf/btf.h>

bool extent_fits(struct type program, uint64_t kernel_size, uint64_t *ret_size)
{
	const struct stripped type = strip(program);
	int64_t size = type.self && !btf_is_fwd(type.self) ? btf__resolve_size(type.type.btf, type.type.id) : 0;

	*ret_size = size > 0 ? size : 0;
	if (size <= 0)
		return true;
	return btf_is_composite(type.self) || btf_is_array(type.self) ? *ret_size <= kernel_size : *ret_size == kernel_size;
}
