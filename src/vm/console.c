// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "guest/job.h"

/* Enough for the worst splats; a kernel that prints for ever must not fill our memory. */
enum { LINES_KEPT = 4096, TAIL_LINES = 40, SPLAT_LINES_BEFORE = 5, SPLAT_LINES_AFTER = 75, LINE_LIMIT = 1024 };

struct console {
	char *lines[LINES_KEPT];	/* ring: line number modulo its size */
	size_t count;			/* of all lines ever */
	char partial[LINE_LIMIT];
	size_t partial_size;
	char *panic;
	char *splat;
	size_t splat_line;
	const char *const *tolerated;
	bool end_mark;
};

/*
 * What the kernel says when a user's program dies ("traps: x[5] general
 * protection fault ip:...") is none, hence no names of exceptions: since 6.10
 * each of the kernel's own comes with "Oops:".
 */
static const char *const splat_words[] = {
	"BUG:",
	"WARNING:",
	"Oops:",
	"kernel BUG at",
	"PANIC: ",
	"Kernel panic",
	"INFO: possible recursive locking",
	"INFO: task ",
	"INFO: lockdep",
	"INFO: trying to register non-static key",
	"possible circular locking",
	"possible recursive locking",
	"possible irq lock inversion",
	"inconsistent lock state",
	"bad unlock balance",
	"held lock freed",
	"Invalid wait context",
	"locks held when returning to user space",
	"still has locks held",
	"suspicious RCU usage",
	"detected stall",
	"self-detected stall",
	"detected stalls on CPUs",
	"soft lockup",
	"hard LOCKUP",
	"scheduling while atomic",
	"sleeping function called",
	"stack-protector:",
	"corrupted stack end",
	"unchecked MSR access error",
	"UBSAN:",
	"KCSAN:",
	"DEBUG_LOCKS_WARN_ON",
	"refcount_t:",
	"list_add corruption",
	"list_del corruption",
	"Bad page state",
	"Bad page map",
	"kernel memory leaks",
};

struct console *console_new(void)
{
	return calloc(1, sizeof(struct console));
}

void console_free(struct console *console)
{
	if (!console)
		return;
	for (size_t i = 0; i < LINES_KEPT; i++)
		free(console->lines[i]);
	free(console->panic);
	free(console->splat);
	free(console);
}

bool console_line_is_splat(const char *line)
{
	for (size_t i = 0; i < sizeof(splat_words) / sizeof(splat_words[0]); i++)
		if (strstr(line, splat_words[i]))
			return true;
	return false;
}

void console_tolerate(struct console *console, const char *const *texts)
{
	console->tolerated = texts;
}

static bool is_tolerated(const struct console *console, const char *line)
{
	for (const char *const *text = console->tolerated; text && *text; text++)
		if (strstr(line, *text))
			return true;
	return false;
}

static int end_line(struct console *console)
{
	static const char panic_words[] = "Kernel panic - not syncing: ";
	char **place = &console->lines[console->count % LINES_KEPT];
	const char *panic;
	char *line;

	while (console->partial_size && console->partial[console->partial_size - 1] == '\r')
		console->partial_size--;
	line = strndup(console->partial, console->partial_size);
	console->partial_size = 0;
	if (!line)
		return -ENOMEM;
	free(*place);
	*place = line;
	console->count++;
	panic = strstr(line, panic_words);
	if (panic && !console->panic)
		console->panic = strdup(panic + strlen(panic_words));
	if (!console->splat && console_line_is_splat(line) && !is_tolerated(console, line)) {
		console->splat = strdup(line);
		console->splat_line = console->count - 1;
	}
	if (strstr(line, JOB_END_MARK))
		console->end_mark = true;
	return 0;
}

int console_add(struct console *console, const char *data, size_t size)
{
	int result = 0;

	for (size_t i = 0; i < size && result == 0; i++) {
		if (data[i] == '\n')
			result = end_line(console);
		else if (console->partial_size < LINE_LIMIT)
			console->partial[console->partial_size++] = data[i];
	}
	return result;
}

const char *console_panic(const struct console *console)
{
	return console->panic;
}

bool console_has_end_mark(const struct console *console)
{
	return console->end_mark;
}

const char *console_splat(const struct console *console)
{
	return console->splat;
}

void console_print(const struct console *console, FILE *out, bool around_splat)
{
	size_t oldest = console->count > LINES_KEPT ? console->count - LINES_KEPT : 0;
	size_t first = console->count > TAIL_LINES ? console->count - TAIL_LINES : 0;
	size_t end = console->count;

	if (around_splat && console->splat) {
		first = console->splat_line > SPLAT_LINES_BEFORE ? console->splat_line - SPLAT_LINES_BEFORE : 0;
		if (first < oldest)
			first = oldest;
		if (end > first + SPLAT_LINES_BEFORE + SPLAT_LINES_AFTER)
			end = first + SPLAT_LINES_BEFORE + SPLAT_LINES_AFTER;
	}
	for (size_t i = first; i < end; i++)
		fprintf(out, "  | %s\n", console->lines[i % LINES_KEPT]);
	if (console->partial_size && end == console->count)
		fprintf(out, "  | %.*s\n", (int)console->partial_size, console->partial);
}
