// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels of all forms: vmlinux, modules, lists of symbols, images that boot; and the code in them. */
#include "fuzz.h"

#include "common/err.h"
#include "common/name_filter.h"
#include "link/kernel.h"
#include "link/reach.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first function is followed. */
static int first_function(const struct kernel_symbol *symbol, void *context)
{
	uint64_t *address = context;

	*address = symbol->value;
	return symbol->class == KERNEL_FUNCTION;
}

static int count(const struct kernel_symbol *symbol, void *context)
{
	size_t *sum = context;

	*sum += symbol->value + symbol->class + strlen(symbol->name) + strlen(symbol->module);
	return 0;
}

/* A list that only what is expected is kept of, says the same of that as the whole. */
static void read_expected(const char *path, const struct kernel_image *whole)
{
	bool is_list = whole && whole->format == &kernel_list && whole->bytes.mapped; /* and not a compressed one */
	struct kernel_image image = { .path = strdup(path) };
	struct name_filter expected = {};
	size_t here = 0, there = 0;
	struct kml_err err;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	name_filter_add(&expected, "jiffies");
	if (kernel_list_read(fd, &expected, &image, &err) > 0) {
		if (is_list && (kernel_image_visit_some(&image, &expected, count, &here) != 0 ||
				kernel_image_visit_some(whole, &expected, count, &there) != 0 || here != there))
			abort();
	} else if (is_list) {
		abort();
	}
	kernel_image_close(&image);
	close(fd);
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
	const char *path = fuzz_file(data, size);

	if (kernel_open(&(struct kernel_source){ .path = path }, &kernel, &err) < 0) {
		read_expected(path, NULL);
		return 0;
	}
	read_expected(path, &kernel.images[0]);
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
