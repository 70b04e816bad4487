// SPDX-License-Identifier: GPL-2.0-or-later
#include "c_names.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "c-names.inc"

/* Words of C++, and of C with GNU's additions. */
static const char *const words[] = { "alignas", "alignof", "and", "and_eq", "asm", "bitand", "bitor", "bool", "catch",
	"char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const_cast",
	"consteval", "constexpr", "constinit", "decltype", "delete", "dynamic_cast", "explicit", "export", "false", "friend",
	"mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
	"protected", "public", "reinterpret_cast", "requires", "static_assert", "static_cast", "template", "this",
	"thread_local", "throw", "true", "try", "typeid", "typename", "typeof", "using", "virtual", "wchar_t", "xor",
	"xor_eq" };

static int compare(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

#define IS_IN(table, name) (bsearch(name, table, sizeof(table) / sizeof(table[0]), sizeof(table[0]), compare) != NULL)

char *c_name(const char *name, enum c_name_kind kind)
{
	bool word = IS_IN(words, name) || IS_IN(c_macros, name);
	bool taken = kind == C_TAG ? IS_IN(c_tags, name) : kind == C_FUNCTION ? IS_IN(c_functions, name) :
		kind == C_CONSTANT ? IS_IN(c_words, name) || word : false;
	char *result;

	if (asprintf(&result, "%s%s%s", taken || (word && kind == C_FUNCTION) ? "kernel_" : "", name,
			word && !taken && kind != C_FUNCTION ? "_" : "") < 0)
		return NULL;
	return result;
}
