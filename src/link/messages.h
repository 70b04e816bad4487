/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Several sentences for the user, where stopping at the first would waste his time. */
#include <stddef.h>

struct messages {
	char **list;
	size_t count;
};

void messages_add(struct messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_free(struct messages *messages);
