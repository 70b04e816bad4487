/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Several sentences for the user, where stopping at the first would waste his time. */
#include <stddef.h>

struct messages {
	char **list;
	size_t count;
	size_t warnings; /* so many of them */
};

void messages_add(struct messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What does not stop the link, unless the user wants it so. where: "prog.o" */
void messages_warn(struct messages *messages, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void messages_free(struct messages *messages);
