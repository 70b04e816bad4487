// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include "arch.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "linked.h"
#include "messages.h"
#include "program.h"
#include "source_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* What is to be said, for the caller to free; NULL if there is nothing to say. */
static char *describe(const struct program *program, bool data)
{
	char line[SOURCE_LINE_SIZE], *text;
	const GElf_Shdr *section;
	uint64_t address;

	if (!program->arch->linked->find_lost(program, data, &address))
		return NULL;
	section = program_code_section(program, address);
	source_line(&program->image, 0, address, line);
	return asprintf(&text, "%s%s%s: address 0x%" PRIx64 ": the linker has bound an undefined name to address 0 and kept "
		"nothing of it: link with -Wl,--emit-relocs", line, *line ? ": " : "",
		section ? image_section_name(&program->image, section - program->image.sections) : "code", address) < 0 ? NULL : text;
}

int lost_check(const struct program *program, struct kml_err *err)
{
	_cleanup_free_ char *text = describe(program, true);

	return text ? err_set(err, ENOTSUP, "%s: %s", program->name, text) : 0;
}

void lost_warn(const struct program *program, struct messages *messages)
{
	_cleanup_free_ char *text = describe(program, false);

	if (text)
		messages_warn(messages, program->name, "%s", text);
}
