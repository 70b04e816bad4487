// SPDX-License-Identifier: GPL-2.0-or-later
#include "choices.h"

#include <stdlib.h>
#include <string.h>

bool choices_add_import(struct choices *choices, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *kernel_name = equals ? equals + 1 : text, *at = strchr(kernel_name, '@');
	size_t symbol_length = strcspn(kernel_name, "@");
	size_t length = equals ? (size_t)(equals - text) : symbol_length;
	struct choice choice = { .name = text, .length = length, .kernel_name = kernel_name,
		.origin = at ? at + 1 : NULL, .import = true };

	/* The origin becomes a part of the name in the program; quotes would end it. */
	if (!length || !symbol_length || strchr(kernel_name, '=') || (at && !*choice.origin) ||
			strpbrk(kernel_name, "\"\\\n"))
		return false;
	choice.symbol = strndup(kernel_name, symbol_length);
	if (!choice.symbol)
		return false;
	choices->list[choices->count++] = choice;
	return true;
}

bool choices_add_direct(struct choices *choices, const char *text)
{
	if (!*text || strchr(text, '='))
		return false;
	choices->list[choices->count++] = (struct choice){ .name = text, .length = strlen(text), .kernel_name = text,
		.direct = true };
	return true;
}

/* The first that is about the name; another one of it is no mistake. */
static const struct choice *find(const struct choices *choices, const char *name, bool direct)
{
	size_t length = strcspn(name, "@");
	const struct choice *found = NULL;

	for (size_t i = 0; i < choices->count; i++) {
		struct choice *choice = &choices->list[i];

		if ((direct ? choice->direct : choice->import) && choice->length == length &&
				memcmp(choice->name, name, length) == 0) {
			choice->used = true;
			found = found ?: choice;
		}
	}
	return found;
}

const struct choice *choices_import(const struct choices *choices, const char *name)
{
	return find(choices, name, false);
}

bool choices_direct(const struct choices *choices, const char *name)
{
	return find(choices, name, true);
}

void choices_free(struct choices *choices)
{
	for (size_t i = 0; i < choices->count; i++)
		free(choices->list[i].symbol);
	free(choices->list);
	*choices = (struct choices){};
}
