// SPDX-License-Identifier: GPL-2.0-or-later
#include "messages.h"

#include "common/cleanup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A sentence that finds no memory is lost; that there was one is still known by the caller's result. */
void messages_add(struct messages *messages, const char *format, ...)
{
	char **bigger = realloc(messages->list, (messages->count + 1) * sizeof(*bigger));
	va_list args;

	if (!bigger)
		return;
	messages->list = bigger;
	va_start(args, format);
	if (vasprintf(&bigger[messages->count], format, args) >= 0)
		messages->count++;
	va_end(args);
}

void messages_warn(struct messages *messages, const char *where, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	messages_add(messages, "%s: warning: %s", where, text ? text : format);
	messages->warnings++;
}

void messages_free(struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++)
		free(messages->list[i]);
	free(messages->list);
	*messages = (struct messages){};
}
