// SPDX-License-Identifier: GPL-2.0-or-later
#include "header.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "kernel.h"
#include "kernel_types.h"
#include "messages.h"
#include "put.h"
#include "types/header.h"
#include "types/hash.h"

#include <errno.h>
#include <string.h>

/* False, with a line for it, when nobody knows its type. */
static bool find(const struct types *types, const struct kernel *kernel, const char *name, struct header_name *ret,
	struct messages *messages)
{
	enum types_answer answer;

	*ret = (struct header_name){ .name = name };
	answer = types_function(types, name, &ret->type);
	if (answer == TYPES_UNKNOWN && types_variable(types, name, &ret->type) == TYPES_KNOWN) {
		ret->variable = true;
		return true;
	}
	ret->doubtful = answer == TYPES_DOUBTFUL;
	ret->hash = answer == TYPES_KNOWN ? hash_type(ret->type) : 0;
	if (answer == TYPES_SEVERAL)
		messages_add(messages, "'%s': the kernel (%s) has several functions of that name, of different types", name,
			kernel->text);
	else if (answer == TYPES_UNKNOWN)
		messages_add(messages, "'%s': the BTF of the kernel (%s) has no function of that name, and few variables: "
			"declare it yourself", name, kernel->text);
	return answer == TYPES_KNOWN || answer == TYPES_DOUBTFUL;
}

static int write_text(const char *path, const struct header_name *names, size_t count, const char *from,
	struct kml_err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int result = file ? header_write(file, names, count, from) : -ENOMEM;

	if (file && fclose(file) != 0)
		result = -ENOMEM;
	if (result < 0)
		return err_set(err, -result, "%s: cannot be made: %s", path,
			result == -EINVAL ? "the types of the kernel contradict each other" : strerror(-result));
	return put_file(path, text, size, err);
}

int header_make(const char *path, const struct kernel *kernel, const char *btf, char *const *names, size_t count,
	struct messages *messages, struct kml_err *err)
{
	_cleanup_(types_close) struct types types = {};
	_cleanup_free_ struct header_name *found = calloc(count + 1, sizeof(*found));
	struct name_filter wanted = {};
	bool all = true;
	int result;

	for (size_t i = 0; i < count; i++)
		name_filter_add(&wanted, names[i]);
	result = found ? kernel_types_open(kernel, btf, &wanted, &types, err) : err_set(err, ENOMEM, "out of memory");
	if (result == 0)
		return err_set(err, ENOENT, "%s: has no BTF: name a kernel that has it, or a file with --btf",
			kernel->images[0].path);
	for (size_t i = 0; result > 0 && i < count; i++)
		all &= find(&types, kernel, names[i], &found[i], messages);
	if (result < 0)
		return result;
	err->text[0] = '\0';
	return all ? write_text(path, found, count, kernel->text, err) : -ENOENT;
}
