// SPDX-License-Identifier: GPL-2.0-or-later
#include "choices.h"

#include <string.h>

bool choices_add_import(struct choices *choices, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : strlen(text);
	const char *kernel_name = equals ? equals + 1 : text;

	if (!length || !*kernel_name || strchr(kernel_name, '='))
		return false;
	choices->list[choices->count++] = (struct choice){ .name = text, .length = length,
		.kernel_name = kernel_name, .import = true };
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

static const struct choice *find(const struct choices *choices, const char *name, bool direct)
{
	size_t length = strcspn(name, "@");

	for (size_t i = 0; i < choices->count; i++) {
		struct choice *choice = &choices->list[i];

		if ((direct ? choice->direct : choice->import) && choice->length == length &&
				memcmp(choice->name, name, length) == 0) {
			choice->used = true;
			return choice;
		}
	}
	return NULL;
}

const struct choice *choices_import(const struct choices *choices, const char *name)
{
	return find(choices, name, false);
}

bool choices_direct(const struct choices *choices, const char *name)
{
	return find(choices, name, true);
}
