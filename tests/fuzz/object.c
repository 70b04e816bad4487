// SPDX-License-Identifier: GPL-2.0-or-later
/* Object files and archives that kml-link is to link: read, and rewritten for names of every kind. */
#include "fuzz.h"

#include "common/err.h"
#include "link/arch.h"
#include "link/imports.h"
#include "link/inputs.h"

static struct import list[] = {
	{ .name = "jiffies", .kernel_name = "jiffies", .kind = KML_KIND_DATA, .binding = KML_BINDING_ADDRESS },
	{ .name = "schedule_timeout", .kernel_name = "schedule_timeout", .kind = KML_KIND_FUNCTION,
		.binding = KML_BINDING_GATE },
	{ .name = "sys_getpid", .kernel_name = "sys_getpid", .kind = KML_KIND_SYSCALL, .binding = KML_BINDING_GATE,
		.number = 39 },
};
static const struct imports imports = { .list = list, .count = sizeof(list) / sizeof(list[0]) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *paths[] = { (char *)fuzz_file(data, size) };
	struct inputs inputs = {};
	struct kml_err err;

	if (inputs_open(paths, 1, &inputs, &err) < 0)
		return 0;
	for (size_t i = 0; i < inputs.object_count; i++)
		(void)inputs.arch->rewrite(&inputs.objects[i], &imports, fuzz_output(), &err);
	inputs_close(&inputs);
	return 0;
}
