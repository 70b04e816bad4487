// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels of all forms: vmlinux, modules, lists of symbols, images that boot; and the code in them. */
#include "fuzz.h"

#include "common/err.h"
#include "link/kernel.h"
#include "link/reach.h"

#include <stdlib.h>

/* The first function is followed. */
static int first_function(const struct kernel_symbol *symbol, void *context)
{
	uint64_t *address = context;

	*address = symbol->value;
	return symbol->class == KERNEL_FUNCTION;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const wanted[] = { "jiffies", "schedule_timeout", "several" };
	struct kernel_match matches[sizeof(wanted) / sizeof(wanted[0])] = {};
	struct kernel kernel = {};
	struct names names = {};
	struct reach reach;
	struct kml_err err;
	uint64_t address = 0;
	bool part;

	if (kernel_open(fuzz_file(data, size), NULL, 0, &kernel, &err) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (names_add(&names, wanted[i]) == NAMES_NONE)
			abort();
	(void)kernel_match_all(&kernel, &names, matches);
	kernel_match_free(matches, sizeof(wanted) / sizeof(wanted[0]));
	free(kernel_nearest(&kernel, "scheduel_timeout"));
	free(kernel_suffixed(&kernel, "only_suffixed", &part));
	if (kernel_image_visit(&kernel.images[0], first_function, &address) > 0)
		(void)reach_find(&kernel, address, &reach);
	names_free(&names);
	kernel_close(&kernel);
	return 0;
}
