// SPDX-License-Identifier: GPL-2.0-or-later
#include "system_calls.h"

#include "common/cleanup.h"
#include "json.h"
#include "print_name.h"
#include "program.h"
#include "scan.h"
#include "source_line.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME_WIDTH = 27 };

static void print_call(const struct system_call *call, const char *line)
{
	printf("0x%012" PRIx64 "  ", call->address);
	if (call->known)
		printf("%-6u  ", call->number);
	else
		printf("%-6s  ", "-");
	print_name(call->name ?: "-", NAME_WIDTH);
	printf("  ");
	print_name(call->function ?: "-", 0);
	if (call->function)
		printf("+0x%" PRIx64, call->offset);
	printf("%s", *line ? "  " : "");
	print_name(line, 0);
	putchar('\n');
}

static void print_calls(const struct system_calls *calls, const struct source_lines *lines)
{
	size_t known = 0;

	if (calls->count)
		printf("%-14s  %-6s  %-*s  %s\n", "ADDRESS", "NUMBER", NAME_WIDTH, "NAME", "FUNCTION");
	for (size_t i = 0; i < calls->count; i++) {
		char line[SOURCE_LINE_SIZE];

		source_lines_find(lines, 0, calls->list[i].address, line);
		print_call(&calls->list[i], line);
		known += calls->list[i].known;
	}
	printf("%s%zu system-call instruction%s, %zu of them with a number that is known\n", calls->count ? "\n" : "",
		calls->count, calls->count == 1 ? "" : "s", known);
}

int system_calls_list(const char *path, bool json, struct kml_err *err)
{
	_cleanup_(program_close) struct program program = {};
	_cleanup_(system_calls_free) struct system_calls calls = {};
	_cleanup_(source_lines_close) struct source_lines lines = {};
	int result = program_open(path, &program, err);

	if (result == 0)
		result = scan_program(&program, &calls, err);
	if (result < 0)
		return result;
	source_lines_open(&program.image, &lines);
	if (json)
		return json_print_system_calls(path, &calls, &lines, err);
	print_calls(&calls, &lines);
	return 0;
}
