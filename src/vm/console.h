/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What the machine's kernel has printed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct console;

struct console *console_new(void);
void console_free(struct console *console);

static inline void cleanup_console(struct console **console)
{
	console_free(*console);
}

/* From now on a line with one of these texts in it is no splat; NULL at the end. The list is not copied. */
void console_tolerate(struct console *console, const char *const *texts);

/* 0 or -ENOMEM. */
int console_add(struct console *console, const char *data, size_t size);

/* What the kernel died of ("Attempted to kill init! ..."), or NULL. */
const char *console_panic(const struct console *console);

/* Whether the guest's init has written its end mark. */
bool console_has_end_mark(const struct console *console);

/* The first line that reports a fault of the kernel itself, or NULL. */
const char *console_splat(const struct console *console);

/* Prints the last lines; those around the splat if around_splat and there is one. */
void console_print(const struct console *console, FILE *out, bool around_splat);

/* Whether a line reports a fault of the kernel itself. */
bool console_line_is_splat(const char *line);
