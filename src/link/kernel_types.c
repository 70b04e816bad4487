// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_types.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "kernel.h"
#include "kernel_find.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define RUNNING_BTF "/sys/kernel/btf/vmlinux"

static bool is_running(const struct kernel *kernel)
{
	unsigned char build_id[KML_BUILD_ID_SIZE];

	return kernel->images[0].has_build_id && kernel_running_build_id(build_id) &&
		memcmp(build_id, kernel_build_id(kernel), sizeof(build_id)) == 0;
}

static int add_kernel(const struct kernel *kernel, const char *btf, const struct name_filter *wanted, struct types *types,
	struct kml_err *err)
{
	const struct kernel_image *image = &kernel->images[0];
	int result;

	if (btf)
		return types_add_file(types, btf, wanted, err);
	result = types_add(types, image->path, image->bytes.data, image->bytes.size, wanted, err);
	if (result == 0 && is_running(kernel) && access(RUNNING_BTF, R_OK) == 0)
		result = types_add_file(types, RUNNING_BTF, wanted, err);
	return result;
}

int kernel_types_open(const struct kernel *kernel, const char *btf, const struct name_filter *wanted, struct types *ret,
	struct kml_err *err)
{
	_cleanup_(types_close) struct types types = {};
	int result = add_kernel(kernel, btf, wanted, &types, err);

	/* That of a module goes on from the kernel's, and is of no use without it. */
	for (size_t i = 1; result > 0 && i < kernel->image_count; i++) {
		const struct kernel_image *image = &kernel->images[i];

		if (types_add(&types, image->path, image->bytes.data, image->bytes.size, wanted, err) < 0)
			result = -EINVAL;
	}
	if (result <= 0)
		return result;
	*ret = types;
	types = (struct types){};
	return 1;
}
